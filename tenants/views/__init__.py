"""Pages of the public site and of the platform's staff."""
