"""Changes to shop orders and work orders."""
