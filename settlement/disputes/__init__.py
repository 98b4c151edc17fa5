"""Disputes over single lines: filing, review, decision, and the money that waits meanwhile."""
