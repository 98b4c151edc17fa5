"""Disputes: one line of a statement, who doubts it, and every step until it is decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import AmountField, FenField
from settlement.disputes.flow import DEFAULT_HOURS, OPEN, State
from settlement.models.bonus import PeriodLine
from settlement.models.ledger import JournalEntry, Party
from settlement.models.settlement import SettlementLine
from workorders.models import WorkOrder


class Dispute(models.Model):
    """One line doubted by its payee; `held_fen` is what waits on the held account right now.

    It is about a line of a settlement, a line of a period's bonus, or an entry that stands for
    itself (an adjustment, a correction); the last two may belong to no work order.
    """

    class State(models.TextChoices):
        SUBMITTED = State.SUBMITTED, _("Submitted")
        COUNTERPARTY_REVIEW = State.COUNTERPARTY_REVIEW, _("Being reviewed")
        ACCEPTED = State.ACCEPTED, _("Accepted by the reviewers")
        ESCALATED = State.ESCALATED, _("To be decided")
        OVERDUE = State.OVERDUE, _("Decision overdue")
        UPHELD = State.UPHELD, _("Upheld")
        REJECTED = State.REJECTED, _("Rejected")
        UNDECIDED = State.UNDECIDED, _("Cannot be decided yet")
        CANCELLED = State.CANCELLED, _("Taken back by the claimant")
        TIMED_OUT_CONFIRMED = State.TIMED_OUT_CONFIRMED, _("Confirmed by silence")
        TIMED_OUT_DISMISSED = State.TIMED_OUT_DISMISSED, _("Not decided in time")
        CLOSED = State.CLOSED, _("Closed")

    class Kind(models.IntegerChoices):
        """The ten types of the Tmall service centre's settlement adjustments."""

        PARTS = 1, _("Parts")
        NOT_AS_ORDERED = 2, _("Not as ordered")
        REMOVAL = 3, _("Removal of the old device")
        SECOND_VISIT = 4, _("Second visit")
        GLUE = 5, _("Glue")
        DRILLING = 6, _("Drilling")
        FLOOR = 7, _("Floor")
        DISTANCE = 8, _("Distance")
        OFF_LIST = 9, _("Extra charge off the list")
        OTHER = 10, _("Other")

    number = models.CharField(_("Number"), max_length=32)
    work_order = models.ForeignKey(WorkOrder, models.PROTECT, null=True, related_name="disputes")
    line = models.ForeignKey(SettlementLine, models.PROTECT, null=True, related_name="disputes")
    period_line = models.ForeignKey(PeriodLine, models.PROTECT, null=True, related_name="disputes")
    entry = models.ForeignKey(JournalEntry, models.PROTECT, null=True, related_name="disputes")
    entry_label = models.CharField(max_length=200, blank=True)
    entry_fen = FenField[int | None, int | None](null=True)
    """What the entry brought the claimant, and what their statement called it."""
    claimant_party = models.ForeignKey(Party, models.PROTECT, related_name="disputes")
    claimant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="disputes_filed"
    )
    claimed_fen = FenField(_("Amount claimed"))
    kind = models.PositiveSmallIntegerField(_("Type"), choices=Kind.choices, default=Kind.OTHER)
    reason = models.CharField(_("Reason"), max_length=500)
    state = models.CharField(max_length=20, choices=State.choices, default=State.SUBMITTED)
    due_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    """When who has to act is reminded next; None when no reminder is left."""
    held_fen = FenField(default=0)
    payer = models.ForeignKey(Party, models.PROTECT, null=True, related_name="disputes_paid")
    decided_fen = FenField[int | None, int | None](null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="disputes_decided"
    )
    decided_at = models.DateTimeField(null=True)
    report = models.FileField(upload_to="disputes", blank=True)
    report_sha256 = models.CharField(max_length=64, blank=True)
    report_steps = models.PositiveIntegerField(default=0)
    filed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="dispute_number_once"),
            models.UniqueConstraint(
                fields=["line"], condition=models.Q(state__in=OPEN), name="one_open_dispute_a_line"
            ),
            models.UniqueConstraint(
                fields=["period_line"],
                condition=models.Q(state__in=OPEN),
                name="one_open_dispute_a_bonus",
            ),
            models.UniqueConstraint(
                fields=["entry", "claimant_party"],
                condition=models.Q(state__in=OPEN),
                name="one_open_dispute_an_entry",
            ),
            models.CheckConstraint(
                condition=models.Q(line__isnull=False, period_line=None, entry=None)
                | models.Q(line=None, period_line__isnull=False, entry=None)
                | models.Q(line=None, period_line=None, entry__isnull=False),
                name="dispute_of_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_fen__gt=0), name="dispute_claims_something"
            ),
            models.CheckConstraint(
                condition=models.Q(held_fen__gte=0), name="dispute_holds_no_debt"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="dispute_due"),
            models.Index(fields=["claimant_party", "-filed_at"], name="dispute_claimant"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in OPEN

    @property
    def label(self) -> str:
        """What the doubted line is called."""
        part = self.line or self.period_line
        return part.label if part else self.entry_label

    @property
    def amount_fen(self) -> int:
        """What the doubted line gave the claimant."""
        part = self.line or self.period_line
        return part.amount_fen if part else self.entry_fen or 0

    @property
    def is_of_unit(self) -> bool:
        """Whether a unit claims and not a person who works."""
        return self.claimant_party.installer_id is None


class DisputeReportCopy(models.Model):
    """The case report in another language than the company's, which lies on the dispute itself."""

    dispute = models.ForeignKey(Dispute, models.CASCADE, related_name="report_copies")
    language = models.CharField(max_length=10)
    report = models.FileField(upload_to="disputes", blank=True)
    report_sha256 = models.CharField(max_length=64, blank=True)
    report_steps = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "language"], name="report_copy_once_a_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id}/{self.language}"


class DisputeStep(models.Model):
    """Who moved a dispute when, from where to where, and what they said; append-only."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="steps")
    move = models.CharField(max_length=20)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.dispute_id}: {self.from_state} → {self.to_state}"


class DisputeReview(models.Model):
    """A department that was asked, and its opinion once it has given one."""

    class Department(models.TextChoices):
        OUTLET = "outlet", _("Serving outlet")
        BRANCH = "branch", _("Settling branch")
        FINANCE = "finance", _("Finance")

    class Opinion(models.TextChoices):
        AGREES = "agrees", _("Agrees with the claim")
        REFUSES = "refuses", _("Refuses the claim")

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="reviews")
    department = models.CharField(max_length=10, choices=Department.choices)
    opinion = models.CharField(max_length=10, choices=Opinion.choices, blank=True)
    text = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "department"], name="dispute_department_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.department}"


class DisputePhoto(models.Model):
    """A photo the claimant sent with the claim; append-only."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="photos")
    file = models.FileField(upload_to="disputes")
    sha256 = models.CharField(max_length=64)
    size_bytes = AmountField()

    def __str__(self) -> str:
        return self.sha256


class DisputeEvidence(models.Model):
    """What was known when the dispute was filed, frozen with its fingerprint; append-only."""

    dispute = models.OneToOneField(Dispute, models.PROTECT, related_name="evidence")
    bundle = models.JSONField()
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256


class DisputeTerm(models.Model):
    """How many hours a company gives a state; a state without a row has the usual time."""

    state = models.CharField(
        max_length=20, choices=[(state, state) for state in DEFAULT_HOURS], primary_key=True
    )
    hours = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.state}: {self.hours} h"
