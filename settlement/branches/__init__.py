"""What branches owe each other: internal settlement prices as the ledger has them."""
