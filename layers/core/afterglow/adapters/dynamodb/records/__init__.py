"""From items to the domain and back."""
