"""Paying out what is available: bank accounts, batches, the bank's file and its answer."""
