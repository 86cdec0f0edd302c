"""Many users at once on the local cloud: `make load`."""
