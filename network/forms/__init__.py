"""Forms about units, regions and territories."""
