"""All money on held accounts, row by row: every fen has a cause, an exit and somebody to act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from settlement.disputes.silence import latest_end
from settlement.disputes.terms import hours_by_state
from settlement.models import Dispute, Release, Settlement

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.utils.functional import Promise

    from accounts.models import User

DISPUTE, RETENTION = "dispute", "retention"
CAUSES: tuple[tuple[str, Promise], ...] = (
    (DISPUTE, gettext_lazy("Dispute")),
    (RETENTION, gettext_lazy("Retention until its day")),
)


State = Dispute.State
_ACTING: dict[Dispute.State, Promise] = {
    State.SUBMITTED: gettext_lazy("the departments that were asked"),
    State.COUNTERPARTY_REVIEW: gettext_lazy("the departments that were asked"),
    State.ACCEPTED: gettext_lazy("the office, by deciding"),
    State.ESCALATED: gettext_lazy("the office, by deciding"),
    State.OVERDUE: gettext_lazy("headquarters, by deciding"),
    State.UNDECIDED: gettext_lazy("the claimant, by adding what is missing"),
}


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One amount that waits, of one payee; on the day `until` it is let go of if nobody acts."""

    cause: str
    about: str
    url: str
    payee: str
    amount_fen: int
    since: datetime
    until: date | None
    next: str

    @property
    def is_late(self) -> bool:
        """Whether the day has passed and it still waits."""
        return self.until is not None and self.until < clock.business_day()


class HeldMoney(Sequence[HeldRow]):
    """Disputes before retentions, the next deadline in front; read page by page."""

    def __init__(self, *, actor: User, cause: str, payee: str) -> None:
        self._disputes = _disputes(actor, payee) if cause != RETENTION else Dispute.objects.none()
        self._parts = _parts(actor, payee) if cause != DISPUTE else Release.objects.none()

    def __len__(self) -> int:
        return self._disputes.count() + self._parts.count()

    @overload
    def __getitem__(self, rows: int) -> HeldRow: ...
    @overload
    def __getitem__(self, rows: slice) -> list[HeldRow]: ...
    def __getitem__(self, rows: int | slice) -> HeldRow | list[HeldRow]:
        if isinstance(rows, int):
            (row,) = self[rows : rows + 1]
            return row
        start, stop = rows.start or 0, rows.stop
        disputes = self._disputes.count()
        hours = hours_by_state()
        first = [_of_dispute(row, hours) for row in self._disputes[start:stop]]
        rest = self._parts[max(0, start - disputes) : max(0, stop - disputes)]
        return [*first, *(_of_part(row) for row in rest)]

    def sums(self) -> list[tuple[str, int]]:
        """Return the fen of each cause that holds any, with its name."""
        found = {
            DISPUTE: self._disputes.aggregate(total=Sum("held_fen"))["total"],
            RETENTION: self._parts.aggregate(total=Sum("amount_fen"))["total"],
        }
        return [(str(label), int(found[key])) for key, label in CAUSES if found[key]]


def _disputes(actor: User, payee: str) -> QuerySet[Dispute]:
    found = Dispute.objects.exclude(held_fen=0).select_related(
        "work_order__item_version", "claimant_party", "line", "period_line", "entry"
    )
    found = found.prefetch_related("reviews")
    if payee:
        found = found.filter(claimant_party__name__icontains=payee)
    if not actor.sees_everything:
        found = found.filter(
            _of_units(actor, "work_order") & Q(claimant_party__unit=None)
            | Q(claimant_party__installer__outlet__in=actor.units)
            | Q(claimant_party__unit__in=actor.units)
        )
    return found.order_by("due_at", "pk")


def _parts(actor: User, payee: str) -> QuerySet[Release]:
    found = Release.objects.filter(
        settlement__status=Settlement.Status.ACTIVE, released_at=None, due_on__isnull=False
    ).exclude(amount_fen=0)
    found = found.select_related("payee", "settlement__work_order", "settlement__installer__user")
    if payee:
        alone = Q(payee=None, settlement__installer__user__display_name__icontains=payee)
        found = found.filter(alone | Q(payee__name__icontains=payee))
    return found.filter(_of_units(actor, "settlement__work_order")).order_by("due_on", "pk")


def _of_units(actor: User, order: str) -> Q:
    """The orders (reached by `order`) one of the actor's units served or settled.

    Who only sold an order has no business with what its installer waits for.
    """
    if actor.sees_everything:
        return Q()
    mine = Q()
    for place in ("served_by", "settled_by"):
        mine |= Q(**{f"{order}__{place}__in": actor.units})
    return mine


def _of_dispute(row: Dispute, hours: dict[str, int]) -> HeldRow:
    ends = latest_end(row, hours)
    return HeldRow(
        cause=_("Dispute"),
        about=f"{row.number} · {row.label}",
        url=reverse("settlement:dispute-detail", args=[row.number]),
        payee=row.claimant_party.name,
        amount_fen=row.held_fen,
        since=row.filed_at,
        until=clock.business_day(ends) if ends else None,
        next=str(_ACTING.get(State(row.state), _("nobody: it is over"))),
    )


def _of_part(row: Release) -> HeldRow:
    settlement = row.settlement
    return HeldRow(
        cause=_("Retention"),
        about=f"{settlement.work_order.number} · {row.label}",
        url=reverse("settlement:slip-detail", args=[settlement.pk]),
        payee=row.payee.name if row.payee else settlement.installer.user.display_name,
        amount_fen=row.amount_fen,
        since=settlement.settled_at,
        until=row.due_on,
        next=_("nobody: it comes by itself on its day"),
    )
