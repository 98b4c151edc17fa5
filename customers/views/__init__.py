"""Pages about customers and their addresses."""
