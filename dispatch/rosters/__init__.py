"""Rosters: who works when, planned by the week, proposed by rules and published to the people."""
