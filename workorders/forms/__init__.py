"""Forms of the pages about orders."""
