"""Adjustments of an order's money by people: made by one, approved by another."""
