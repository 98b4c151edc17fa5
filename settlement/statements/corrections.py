"""What a statement says of entries that no settlement's lines explain: posted differences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from settlement.adjustments.moves import ADJUSTMENT
from settlement.allowances.words import allowance_label, why_words
from settlement.models import (
    Allowance,
    BillAction,
    Party,
    RecomputeDifference,
    SettlementAdjustment,
)
from settlement.recompute.explained import correction_words, posted_differences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

ALLOWANCE = "allowance"
DIFFERENCE = "difference"
BILL = "bill"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry came from; `rule` is the tenant's own word and the same in every language.

    `why` says more of it in the reader's language, `why_back` of taking it back; `slip` is the
    settlement it corrects.
    """

    label: str
    rule: str
    version: str
    done_on: date | None
    place: str
    item: str
    why: Callable[[], tuple[str, ...]] | None = None
    why_back: Callable[[], tuple[str, ...]] | None = None
    slip: int | None = None


def origins(party: Party, source_keys: Iterable[str]) -> dict[str, Origin]:
    """Return the origins of a party's entries by source key; a query for each kind there is."""
    keys = list(source_keys)
    return (
        _of_differences(party, keys)
        | _of_adjustments(party, keys)
        | _of_bills(keys)
        | _of_allowances(keys)
    )


def _of_adjustments(party: Party, source_keys: list[str]) -> dict[str, Origin]:
    """Adjustments and upheld disputes: what people decided, with their reason."""
    kinds = (f"{ADJUSTMENT}:", "dispute:")
    wanted = [key for key in source_keys if key.startswith(kinds)]
    if not wanted:
        return {}
    rows = (
        SettlementAdjustment.objects.filter(
            Q(payee=party) | Q(payer=party), entry__source_key__in=wanted
        )
        .select_related("entry", "settlement__version", "line", "work_order__site_region")
        .select_related("work_order__address", "work_order__item_version")
    )
    return {row.entry.source_key: _of_adjustment(row) for row in rows if row.entry}


def _of_adjustment(row: SettlementAdjustment) -> Origin:
    order, settlement = row.work_order, row.settlement
    region = order.site_region if order else None
    label = _("Adjustment: %(reason)s") if row.dispute_id is None else _("Dispute: %(reason)s")
    return Origin(
        label=label % {"reason": row.reason},
        rule=row.line.label if row.line else "",
        version=settlement.version.number if settlement else "",
        done_on=settlement.done_on if settlement else None,
        place=region.name if region else order.address.city if order else "",
        item=order.item_version.name if order else "",
    )


def _of_allowances(keys: list[str]) -> dict[str, Origin]:
    """Allowances: what for, on which day, and by which operands."""
    wanted = [key for key in keys if key.startswith(f"{ALLOWANCE}:")]
    if not wanted:
        return {}
    rows = Allowance.objects.filter(entry__source_key__in=wanted).select_related("entry")
    return {
        row.entry.source_key: Origin(
            label=allowance_label(row),
            rule="",
            version="",
            done_on=row.on,
            place=str(row.because.get("to", "")),
            item="",
            why=partial(why_words, row),
            why_back=partial(_back_words, row),
        )
        for row in rows.prefetch_related("lines")
    }


def _back_words(row: Allowance) -> tuple[str, ...]:
    return (_("Why: %(reason)s") % {"reason": row.why_back},) if row.why_back else ()


def _of_bills(keys: list[str]) -> dict[str, Origin]:
    """Accepted differences with a platform's bill: the shop's order, and why it was accepted."""
    wanted = [key for key in keys if key.startswith(f"{BILL}:")]
    if not wanted:
        return {}
    actions = BillAction.objects.filter(entry__source_key__in=wanted).select_related(
        "entry", "countered_by", "position__shop_line__work_order__item_version"
    )
    return {action.entry.source_key: _of_bill(action) for action in actions if action.entry}


def _of_bill(action: BillAction) -> Origin:
    line = action.position.shop_line
    order = getattr(line, "work_order", None) if line else None
    return Origin(
        label=_("Platform's bill, order %(order)s") % {"order": action.position.order_number},
        rule=action.reason[:60],
        version="",
        done_on=action.position.belongs_on,
        place="",
        item=order.item_version.name if order else "",
        why=partial(_reason_words, action),
        why_back=partial(_reason_words, getattr(action, "countered_by", None)),
    )


def _reason_words(action: BillAction | None) -> tuple[str, ...]:
    return (_("Why: %(reason)s") % {"reason": action.reason},) if action else ()


def _of_differences(party: Party, source_keys: list[str]) -> dict[str, Origin]:
    runs = {int(key.split(":")[1]) for key in source_keys if key.startswith(f"{DIFFERENCE}:")}
    if not runs:
        return {}
    rows = (
        posted_differences()
        .filter(run_id__in=runs, party=party)
        .select_related("work_order__site_region")
        .select_related("work_order__address", "work_order__item_version")
    )
    return {f"{DIFFERENCE}:{row.run_id}:{row.work_order_id}": _of_difference(row) for row in rows}


def _of_difference(row: RecomputeDifference) -> Origin:
    order = row.work_order
    region = order.site_region
    return Origin(
        label=_("Correction of %(what)s") % {"what": row.label},
        rule=row.label,
        version=row.version.number,
        done_on=row.settlement.done_on,
        place=region.name if region else order.address.city,
        item=order.item_version.name,
        why=partial(correction_words, row),
        slip=row.settlement_id,
    )
