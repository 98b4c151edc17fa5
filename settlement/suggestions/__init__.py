"""What a service should cost in a city, from what its orders brought and what they took."""
