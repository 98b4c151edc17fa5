"""Two believable companies with a living history, made through the product's own services."""
