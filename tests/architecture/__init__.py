"""Tests of the rules the whole code obeys."""
