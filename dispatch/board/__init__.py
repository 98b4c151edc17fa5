"""What the dispatcher's board shows: figures, the waiting pool, the day in lanes, the chosen order."""
