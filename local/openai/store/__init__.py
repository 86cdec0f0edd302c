"""Everything the stand-in remembers: objects and passages in SQLite, file contents in a folder."""
