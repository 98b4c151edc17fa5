"""What dispatch does."""
