"""What is asked of a release beside its tests: licences and secrets."""
