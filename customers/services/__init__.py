"""Changes to customers, their contacts and addresses."""
