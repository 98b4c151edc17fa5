"""Held money: why it waits, since when, until when, and who acts next."""
