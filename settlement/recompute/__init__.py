"""Recomputing settled orders: a shadow run, its differences, and their posting once approved."""
