"""Requests as the views of this package know them, and how they answer a finished post."""

from __future__ import annotations

from customers.requests import StaffRequest
from network.requests import finished, is_htmx

__all__ = ["StaffRequest", "finished", "is_htmx"]
