"""Companies on this installation: their rows, their schemas, and the public site."""
