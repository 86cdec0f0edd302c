"""A demo user's conversation through the front, for a newcomer to watch."""
