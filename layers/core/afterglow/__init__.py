"""Afterglow: assistants, threads and messages in your own AWS account."""
