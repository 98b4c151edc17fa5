"""Forms about the catalog."""
