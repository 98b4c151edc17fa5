"""What happens with connections, events and orders of platforms."""
