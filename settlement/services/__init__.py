"""Changes to money."""
