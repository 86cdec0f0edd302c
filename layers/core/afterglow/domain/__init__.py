"""What the product is about, in plain Python."""
