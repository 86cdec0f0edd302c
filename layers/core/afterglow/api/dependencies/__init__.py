"""What a route may ask for in its signature. A function loads only what it asks for."""
