"""Bodies of dialect A, `/api`."""
