"""Assignments, offers, and help between colleagues."""

from dispatch.models.assignment import Assignment
from dispatch.models.help import HelpRequest, HelpRule
from dispatch.models.offer import JobOffer, OfferRecipient

__all__ = ["Assignment", "HelpRequest", "HelpRule", "JobOffer", "OfferRecipient"]
