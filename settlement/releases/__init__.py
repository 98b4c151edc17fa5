"""When an installer's waiting money becomes available, counted in days."""
