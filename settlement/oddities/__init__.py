"""What of the settled money somebody should look at: losses, disputes, deviations, open facts."""
