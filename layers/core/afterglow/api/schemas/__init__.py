"""Bodies on the wire."""
