"""Statement periods brought to their end: runs over all payees, checks, locking, statements."""
