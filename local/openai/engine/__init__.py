"""The work behind the wire: responses that run, files that get indexed."""
