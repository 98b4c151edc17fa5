"""Builds the template database before the first test asks for it: `python -m tests.template`."""

from __future__ import annotations

# Importing the first makes the environment in which Django may be asked for anything.
from tests import conftest, databases

__all__ = ["conftest"]

if __name__ == "__main__":
    databases.template()
