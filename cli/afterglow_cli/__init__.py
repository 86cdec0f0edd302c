"""The command `afterglow`."""
