"""Orders given to people without an account, who work through the signed link of one order."""
