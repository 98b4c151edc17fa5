"""Settlement templates by trade: to look at, and to copy into a draft of one's own."""
