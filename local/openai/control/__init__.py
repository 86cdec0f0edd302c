"""What tests use to make the stand-in misbehave, and to see what it was asked."""
