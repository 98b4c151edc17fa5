"""The settlement engine: facts and rules in, explained lines out (no framework, no clock, no I/O)."""
