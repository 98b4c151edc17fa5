"""What another price would have brought: plans tried on real orders."""
