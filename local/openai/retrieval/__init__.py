"""From an uploaded file to the passages that answer a question."""
