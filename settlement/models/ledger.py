"""The ledger only grows: entries whose postings sum to zero, enforced by the database.

A posting carries the sum of its entry without and with it, so that keys and constraints alone see
that the legs of an entry end at zero and are all there.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Installer
from common.fields import FenField
from network.models import OrgUnit
from workorders.models import WorkOrder


class Party(models.Model):
    """Who is paid or pays: an installer, a unit, a channel, the tax office, the clearing account."""

    class Kind(models.TextChoices):
        INSTALLER = "installer", _("Installer")
        UNIT = "unit", _("Unit")
        CHANNEL = "channel", _("Channel")
        TAX = "tax", _("Tax")
        CLEARING = "clearing", _("Customer payments")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=40)
    installer = models.OneToOneField(Installer, models.PROTECT, null=True, related_name="party")
    unit = models.OneToOneField(OrgUnit, models.PROTECT, null=True, related_name="party")
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="party_once")]

    def __str__(self) -> str:
        return self.name


class LedgerAccount(models.Model):
    """A party's account: pending, held, available, on its way, paid or clearing."""

    class Kind(models.TextChoices):
        PENDING = "pending", _("Pending")
        HELD = "held", _("Held")
        AVAILABLE = "available", _("Available")
        TRANSIT = "transit", _("On its way")
        PAID = "paid", pgettext_lazy("payout", "Paid")
        CLEARING = "clearing", _("Clearing")

    party = models.ForeignKey(Party, models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=10, choices=Kind.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "kind"], name="account_once")]

    def __str__(self) -> str:
        return f"{self.party_id}/{self.kind}"


class JournalEntry(models.Model):
    """One balanced event; `source_key` makes posting it twice impossible."""

    kind = models.CharField(max_length=20)
    work_order = models.ForeignKey(
        WorkOrder, models.PROTECT, null=True, related_name="journal_entries"
    )
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    period = models.ForeignKey("StatementPeriod", models.PROTECT, related_name="journal_entries")
    source_key = models.CharField(max_length=80)
    posted_at = models.DateTimeField()
    # How many postings come with it; none can follow. NULL without any, and in older entries.
    legs = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_key"], name="entry_source_once"),
            models.UniqueConstraint(fields=["id", "legs"], name="entry_legs"),
        ]
        indexes = [models.Index(fields=["work_order"], name="entry_work_order")]

    def __str__(self) -> str:
        return self.source_key


class Posting(models.Model):
    """One leg of an entry in whole fen, never zero; goes on from the sum of the leg before it."""

    # The guard ChainedLegs binds it to an entry of as many legs, by keys Django cannot write.
    entry = models.ForeignKey(
        JournalEntry, models.PROTECT, db_constraint=False, db_index=False, related_name="postings"
    )
    n = models.PositiveSmallIntegerField()
    # NULL in postings older than these four, which only the constraints of new ones do not allow.
    legs = models.PositiveSmallIntegerField(null=True)
    prior = models.PositiveSmallIntegerField(null=True)
    before_fen = FenField(null=True)
    after_fen = FenField(null=True)
    account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="postings")
    amount_fen = FenField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "n"], name="posting_once"),
            models.CheckConstraint(condition=~Q(amount_fen=0), name="posting_not_zero"),
            models.UniqueConstraint(fields=["entry", "n", "after_fen"], name="posting_sum_once"),
            models.CheckConstraint(
                condition=Q(legs__isnull=False, n__gte=1, n__lte=F("legs")),
                name="posting_within_legs",
            ),
            models.CheckConstraint(
                condition=Q(prior__isnull=True, n=1, before_fen=0)
                | Q(prior__isnull=False, prior=F("n") - 1),
                name="posting_after_prior",
            ),
            models.CheckConstraint(
                condition=Q(
                    before_fen__isnull=False,
                    after_fen__isnull=False,
                    after_fen=F("before_fen") + F("amount_fen"),
                ),
                name="posting_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(n__lt=F("legs")) | Q(after_fen=0), name="posting_ends_at_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}.{self.n}"
