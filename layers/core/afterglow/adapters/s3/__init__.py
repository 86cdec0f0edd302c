"""Staged bytes and our copies on AWS S3. Keys hold ids, never a word of a user's."""
