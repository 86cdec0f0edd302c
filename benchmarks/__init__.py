"""What the product costs in time, capacity and money: `make bench`."""
