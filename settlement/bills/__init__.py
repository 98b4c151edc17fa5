"""Reconciling: the platforms' bills against what we should receive and what payees are owed."""
