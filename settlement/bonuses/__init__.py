"""Bonuses on a whole period: estimated while it is open, posted when it is locked."""
