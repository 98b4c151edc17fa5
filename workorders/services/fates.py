"""What becomes of a line of a shop order: open, wait, nothing, unmapped or ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from catalog.selectors import Mapped, map_product
from workorders.intake_facts import RefundState, ShopLineFacts, ShopOrderFacts, ShopOrderStatus
from workorders.models import ShopOrderLine
from workorders.services.opening import current_version

if TYPE_CHECKING:
    from catalog.models import ServiceItemVersion

CLOSED = gettext_noop("the shop closed the order")
REFUNDED = gettext_noop("the line was refunded")
TAKEN_AWAY = gettext_noop("the line is no longer part of the order")

_NOT_YET_PAID = (ShopOrderStatus.UNPAID, ShopOrderStatus.DEPOSIT_PAID)
_State = ShopOrderLine.State


@dataclass(frozen=True, slots=True)
class Chosen:
    """The service item a line asks for; `version` None: it is not offered any more."""

    item_id: int
    version: ServiceItemVersion | None
    price_included: bool


@dataclass(frozen=True, slots=True)
class Fate:
    """The state a line is to have; `reason` (a msgid) when it is ended."""

    state: ShopOrderLine.State
    chosen: Chosen | None = None
    reason: str = ""


def end_reason(facts: ShopOrderFacts, line: ShopLineFacts) -> str:
    """Return why a line's work ends, "" while it does not.

    A refund ends it when everything paid went back; less than that only lowers the amount.
    """
    if facts.status is ShopOrderStatus.CLOSED:
        return CLOSED
    refunded = line.refund_state is RefundState.REFUNDED and line.refund_fen >= line.paid_fen
    return REFUNDED if refunded else TAKEN_AWAY if line.quantity < 1 else ""


def fates(facts: ShopOrderFacts, *, decided: Mapping[str, Chosen] | None = None) -> dict[str, Fate]:
    """Return the fate of every line that has no work order yet, by line id.

    `decided` holds what a person chose for a line; the other lines ask the product mapping.
    """
    known = decided or {}
    mapped = {
        line.line_id: None
        if line.line_id in known
        else map_product(platform=facts.platform, codes=line.product_codes)
        for line in facts.lines
    }
    return {
        line.line_id: _fate(facts, line, mapped, known.get(line.line_id)) for line in facts.lines
    }


def _fate(
    facts: ShopOrderFacts,
    line: ShopLineFacts,
    mapped: Mapping[str, Mapped | None],
    decided: Chosen | None,
) -> Fate:
    found = mapped[line.line_id]
    chosen = decided or _chosen(found)
    if not decided and not _wants_service(line, found, facts, mapped):
        return Fate(_State.NO_SERVICE)
    if reason := end_reason(facts, line):
        return Fate(_State.CLOSED, reason=reason)
    if chosen is None or chosen.version is None:
        return Fate(_State.UNMAPPED)
    # A refund that is only asked for may yet be withdrawn: until then no work starts.
    if facts.status in _NOT_YET_PAID or line.refund_state is RefundState.ASKED:
        return Fate(_State.WAITING, chosen)
    return Fate(_State.OPENED, chosen)


def _wants_service(
    line: ShopLineFacts,
    found: Mapped | None,
    facts: ShopOrderFacts,
    mapped: Mapping[str, Mapped | None],
) -> bool:
    if found is not None and found.item is None:
        return False
    if line.is_service:
        return True
    included = found is not None and found.item is not None and found.price_included
    return included and not _is_served(line, found, facts, mapped)


def _is_served(
    line: ShopLineFacts,
    found: Mapped | None,
    facts: ShopOrderFacts,
    mapped: Mapping[str, Mapped | None],
) -> bool:
    """Whether a service line of the order does what is included in these goods."""
    for other in facts.lines:
        if not other.is_service or other.line_id == line.line_id:
            continue
        if other.serves_line_id == line.line_id:
            return True
        theirs = mapped[other.line_id]
        if not other.serves_line_id and theirs and found and theirs.item == found.item:
            return True
    return False


def _chosen(found: Mapped | None) -> Chosen | None:
    if found is None or found.item is None:
        return None
    return Chosen(found.item.pk, current_version(found.item), found.price_included)
