"""How much work the coming days bring, by city and trade: learned at night, measured, shown."""
