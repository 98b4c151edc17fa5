"""Template tags about orders."""
