"""Business areas with many orders ask their manager: keep the price or raise it."""
