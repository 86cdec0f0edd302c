"""What answers: a question with its context goes in, a text with citations comes out."""
