"""Assignments and offers."""

from dispatch.models.assignment import Assignment
from dispatch.models.offer import JobOffer, OfferRecipient

__all__ = ["Assignment", "JobOffer", "OfferRecipient"]
