"""One position with all that belongs on its page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from settlement.bills.matching import APPROVAL, EXCEPTIONS
from settlement.models import BillAction, BillLine, BillPosition


@dataclass(frozen=True, slots=True)
class Opened:
    """A position with all that belongs on its page."""

    position: BillPosition
    lines: list[BillLine]
    actions: list[BillAction]
    linked: list[BillPosition]

    @property
    def acceptance(self) -> BillAction | None:
        """The latest acceptance that stands."""
        back = {action.counters_id for action in self.actions if action.counters_id}
        kinds = BillAction.Kind
        standing = (a for a in self.actions if a.kind == kinds.ACCEPT and a.pk not in back)
        return next(standing, None)

    @property
    def proposal(self) -> BillAction | None:
        """The acceptance that waits for a second person."""
        if self.position.hold != APPROVAL:
            return None
        return next((a for a in self.actions if a.kind == BillAction.Kind.PROPOSE), None)

    @property
    def wish(self) -> BillAction | None:
        """What somebody wants taken back, until a second person decides."""
        kinds = BillAction.Kind
        answered = {action.about_id for action in self.actions if action.kind == kinds.KEEP}
        back = {action.counters_id for action in self.actions if action.counters_id}
        asked = (a for a in self.actions if a.kind == kinds.ASK_BACK and a.pk not in answered)
        return next((a for a in asked if a.about_id not in back), None)

    @property
    def is_open(self) -> bool:
        """Whether somebody has to say what to do."""
        return self.position.state in EXCEPTIONS and self.position.hold != APPROVAL

    @property
    def fee_rate(self) -> str:
        """The fee the bill took, in percent of what customers paid; "—" for nothing."""
        return _percent(self.position.bill_fee_fen, self.position.bill_gross_fen)

    @property
    def own_fee_rate(self) -> str:
        """The same by the contract."""
        return _percent(self.position.own_fee_fen, self.position.own_gross_fen)


def opened(position: BillPosition) -> Opened:
    """Return the page of a position; its bill lines include those of orders counted for it."""
    linked = list(position.linked.order_by("pk"))
    which = Q()
    for one in [position, *linked]:
        which |= Q(order_number=one.order_number, line_id=one.line_id)
    lines = BillLine.objects.filter(
        which, platform=position.platform, shop_key=position.shop_key
    ).select_related("bill")
    actions = position.actions.select_related("by", "bearer", "entry__period").order_by("-pk")
    return Opened(position, list(lines.order_by("booked_on", "pk")), list(actions), linked)


def _percent(part: int | None, whole: int) -> str:
    if part is None or not whole:
        return "—"
    hundredths = (2 * 10_000 * abs(part) + abs(whole)) // (2 * abs(whole))
    return f"{hundredths // 100}.{hundredths % 100:02d}%"
