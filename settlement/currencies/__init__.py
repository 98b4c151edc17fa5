"""Other currencies: the rates finance keeps, and orders paid in them."""
