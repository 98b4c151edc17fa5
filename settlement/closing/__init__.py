"""Closing a period: what to look at before, the steps, and the way back."""
