"""Counts of settled money that is out of line, for the boss view; each leads to its own list."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    Count,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Abs, Coalesce

from common import clock
from settlement.disputes.flow import OPEN, State
from settlement.disputes.selectors import visible_disputes
from settlement.models import DisputeStep, Settlement, SettlementLine
from settlement.recipients import Recipient, by_recipient
from settlement.selectors import visible_settlements
from settlement.visibility import all_shares, installers_share

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User

OFF_BY_FEN = 5_000
"""A settlement so far from its estimate surprised somebody."""

EXPIRED_DAYS = 30
"""How long the boss is shown that nobody decided a dispute in time."""


class Disputed(NamedTuple):
    """Open disputes and what they hold back, in fen; overdue ones; those nobody decided in time.

    With the newest of each: its key, the latest end of an overdue one's term, the latest expiry.
    """

    number: int
    held_fen: int
    overdue: int
    expired: int
    newest: int | None
    overdue_until: datetime | None
    expired_at: datetime | None


class Oddities(NamedTuple):
    """Settled orders since a day: sold below cost (and by how much), off their estimate, open.

    With the key of the newest settlement of each.
    """

    losses: int
    loss_fen: int
    off: int
    off_fen: int
    provisional: int
    newest_loss: int | None
    newest_off: int | None
    newest_provisional: int | None


def at_a_loss(found: QuerySet[Settlement], *, actor: User) -> QuerySet[Settlement]:
    """Return the standing ones that left the company less than nothing, to who sees all shares."""
    losses: QuerySet[Settlement] = _with_margin(found).filter(
        all_shares(actor), margin_fen__lt=0, status=Settlement.Status.ACTIVE
    )
    return losses


def _with_margin(found: QuerySet[Settlement]) -> Any:
    """Add `margin_fen`: what of the lines is the company's own, as in its figures."""
    own = (
        SettlementLine.objects.filter(settlement=OuterRef("pk"))
        .annotate(whose=by_recipient("payee"))
        .filter(whose=Recipient.OWN)
        .order_by()
        .values("settlement")
        .annotate(fen=Sum("amount_fen"))
        .values("fen")
    )
    return found.annotate(margin_fen=Coalesce(Subquery(own), 0, output_field=BigIntegerField()))


def oddities(*, actor: User, since: date) -> Oddities:
    """Count the actor's standing settlements of jobs done since a day; one query."""
    found = visible_settlements(actor=actor).filter(
        status=Settlement.Status.ACTIVE, done_on__gte=since
    )
    loss = Q(margin_fen__lt=0) & all_shares(actor)
    off = Q(off_fen__gte=OFF_BY_FEN) & installers_share(actor)
    row = (
        _with_margin(found)
        .annotate(off_fen=Abs(F("gross_fen") - F("estimate__gross_fen")))
        .order_by()
        .aggregate(
            losses=Count("pk", filter=loss),
            loss_fen=Sum("margin_fen", filter=loss),
            off=Count("pk", filter=off),
            off_fen_sum=Sum("off_fen", filter=off),
            open=Count("pk", filter=Q(provisional=True)),
            newest_loss=Max("pk", filter=loss),
            newest_off=Max("pk", filter=off),
            newest_open=Max("pk", filter=Q(provisional=True)),
        )
    )
    return Oddities(
        row["losses"], int(row["loss_fen"] or 0), row["off"], int(row["off_fen_sum"] or 0),
        row["open"], row["newest_loss"], row["newest_off"], row["newest_open"],
    )  # fmt: skip


def disputed(*, actor: User) -> Disputed:
    """Count the actor's disputes: open now, and ended undecided of late; one query."""
    start, _end = clock.day_span(clock.business_day() - timedelta(days=EXPIRED_DAYS))
    expiry = DisputeStep.objects.filter(move="expire", at__gte=start)
    ended = expiry.filter(dispute=OuterRef("pk")).order_by("-pk").values("at")[:1]
    is_open = Q(state__in=OPEN)
    row = (
        visible_disputes(actor=actor)
        .filter(is_open | Q(pk__in=expiry.values("dispute")))
        .annotate(ended_at=Subquery(ended))
        .order_by()
        .aggregate(
            n=Count("pk", filter=is_open),
            held=Sum("held_fen", filter=is_open),
            overdue=Count("pk", filter=Q(state=State.OVERDUE)),
            expired=Count("pk", filter=Q(state=State.TIMED_OUT_DISMISSED)),
            newest=Max("pk", filter=is_open),
            overdue_until=Max("due_at", filter=Q(state=State.OVERDUE)),
            expired_at=Max("ended_at", filter=Q(state=State.TIMED_OUT_DISMISSED)),
        )
    )
    return Disputed(
        row["n"], int(row["held"] or 0), row["overdue"], row["expired"],
        row["newest"], row["overdue_until"], row["expired_at"],
    )  # fmt: skip
