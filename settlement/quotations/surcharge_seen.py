"""Two editors of one surcharge: what a page showed of it, and what stands against saving it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import Conflict, Refused
from common.formatting import yuan
from common.journal.selectors import records_of
from network.models import Region
from settlement.models import PriceSurcharge
from settlement.quotations.asking import CHANNELS
from settlement.rulebook.merging import compare

if TYPE_CHECKING:
    from django.http import QueryDict

Shown = Mapping[str, str]
"""A row as its form shows it: typed text by field, a ticked box is "on"."""
NOTHING = "—"
_BP = 100
_ROW = "row"


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field two people changed, in words, for choosing."""

    name: str
    label: str
    was: str
    theirs: str
    mine: str
    clash: bool
    take_mine: bool


class SurchargeConflict(Conflict):
    """Somebody saved the row since it was shown; `current` is what stands there now."""

    def __init__(self, current: PriceSurcharge, found: tuple[FieldDifference, ...]) -> None:
        latest = records_of(current).filter(action="surcharge.saved").first()
        name = latest.actor_name if latest and latest.actor_name else _("Somebody")
        sentence = _("%(name)s changed this row meanwhile. Nothing is lost: choose what counts.")
        super().__init__("surcharge.stale", sentence % {"name": name})
        self.current = shown_of(current)
        self.differences = found


def shown_of(row: PriceSurcharge) -> dict[str, str]:
    """Return a kept row as its form shows it."""
    return {
        "name": row.name,
        "occasion": row.occasion,
        "free": str(row.free) if row.is_stepped else "",
        "step": str(row.step) if row.is_stepped else "",
        "way": row.way,
        "percent": f"{Decimal(row.rate_bp) / _BP:f}" if row.is_rate else "",
        "amount": "" if row.is_rate else _typed_yuan(row.amount_fen),
        "most_amount": _typed_yuan(row.most_fen),
        "region": str(row.region_id or ""),
        "channel": row.channel,
        "member_level": row.member_level,
        "reason": row.reason,
        "is_active": "on" if row.is_active else "",
    }


def seen_text(shown: Shown) -> str:
    """Return what a page keeps of the row it was made from."""
    return json.dumps(shown, ensure_ascii=False)


def seen_from(text: str) -> dict[str, str]:
    """Read what a page kept; Refused when it is no row."""
    sentence = _("This page is out of date; load it again")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("surcharge.seen", sentence) from error
    fields = shown_of(PriceSurcharge())
    if not isinstance(found, dict) or found.keys() != fields.keys():
        raise Refused("surcharge.seen", sentence)
    return {name: str(value) for name, value in found.items()}


def refuse_stale(seen: Shown, current: PriceSurcharge, mine: PriceSurcharge) -> None:
    """Raise SurchargeConflict when the row was changed since, unless to the very same."""
    bodies = [{_ROW: dict(shown)} for shown in (seen, shown_of(current), shown_of(mine))]
    found = compare(*bodies)
    labels = _labels()
    differences = tuple(
        FieldDifference(
            name, labels[name], _words(name, each.was), _words(name, each.theirs),
            _words(name, each.mine), each.clash, each.take_mine,
        )
        for each in found
        for name in [each.path.rsplit("/", 1)[-1]]
    )  # fmt: skip
    if differences:
        raise SurchargeConflict(current, differences)


def differences_between(seen: Shown, now: Shown) -> tuple[FieldDifference, ...]:
    """Return which fields of a row are another than they were shown, in words."""
    labels = _labels()
    return tuple(
        FieldDifference(
            name, labels[name], _words(name, was), _words(name, now[name]), _words(name, was),
            clash=False, take_mine=False,
        )
        for name, was in seen.items()
        if now[name] != was
    )  # fmt: skip


def chosen(post: QueryDict) -> QueryDict:
    """Return what was typed, with theirs where a conflict was shown and mine was not ticked."""
    differing = post.getlist("differs")
    if not differing:
        return post
    theirs, mixed = seen_from(post.get("seen", "")), post.copy()
    for name in set(differing) - set(post.getlist("mine_at")):
        if name in theirs:
            mixed[name] = theirs[name]
    return mixed


def _labels() -> dict[str, str]:
    return {
        "name": _("Name on the offer"), "occasion": _("Counts for"),
        "free": _("Beyond km or floors"), "step": _("Every started km or floors"),
        "way": _("How it counts"), "percent": _("Percent"), "amount": _("Amount in yuan"),
        "most_amount": _("At most in yuan"), "region": _("Only in region"),
        "channel": _("Only for channel"), "member_level": _("Member level"),
        "reason": _("Reason"), "is_active": _("In use"),
    }  # fmt: skip


def _words(name: str, value: str) -> str:
    if name == "is_active":
        return _("yes") if value else _("no")
    if not value:
        return NOTHING
    if name == "region":
        found = Region.objects.filter(pk=value).first() if value.isdecimal() else None
        return found.name if found else value
    if name == "percent":
        return f"{value}%"
    known = {
        "occasion": dict(PriceSurcharge.Occasion.choices),
        "way": dict(PriceSurcharge.Way.choices),
        "channel": CHANNELS,
    }
    return str(known.get(name, {}).get(value, value))


def _typed_yuan(amount_fen: int | None) -> str:
    return "" if amount_fen is None else yuan(amount_fen).replace(",", "")
