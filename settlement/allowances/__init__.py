"""Allowances beside orders: granted once, explained by their operands, taken back whole."""
