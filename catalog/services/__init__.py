"""Changes to the catalog."""
