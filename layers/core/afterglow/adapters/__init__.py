"""Ports made real, one vendor each."""
