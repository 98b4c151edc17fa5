"""What changed from one period to the next, by cause, read from the ledger."""
