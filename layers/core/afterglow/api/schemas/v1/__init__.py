"""Bodies of dialect B, `/api/v1`."""
