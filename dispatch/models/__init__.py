"""Assignments and offers."""

from dispatch.models.assignment import Assignment
from dispatch.models.offer import JobOffer

__all__ = ["Assignment", "JobOffer"]
