"""Replays of a draft over real orders: run in chunks, summed up, opened line by line."""
