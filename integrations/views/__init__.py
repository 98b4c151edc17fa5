"""Pages about connections, and the addresses that platforms call."""
