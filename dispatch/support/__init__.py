"""Support between regions: a shortage, people who could come, what that costs, and who agreed."""
