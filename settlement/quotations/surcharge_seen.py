"""Two editors of one surcharge: what a page showed of it, and what stands against saving it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import Conflict
from common.formatting import yuan
from common.journal.selectors import records_of
from common.two_editors import seen as pages
from common.two_editors.comparing import compared
from common.two_editors.words import FieldDifference
from network.models import Region
from settlement.models import PriceSurcharge
from settlement.quotations.asking import CHANNELS

if TYPE_CHECKING:
    from django.http import QueryDict

    from common.two_editors.seen import Shown

NOTHING = "—"
_BP = 100


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


def seen_from(text: str) -> dict[str, str]:
    """Read what a page kept; Refused when it is no row."""
    return pages.seen_from(text, shown_of(PriceSurcharge()))


def refuse_stale(seen: Shown, current: PriceSurcharge, mine: PriceSurcharge) -> None:
    """Raise SurchargeConflict when the row was changed since, unless to the very same."""
    labels = _labels()
    differences = tuple(
        FieldDifference(
            each.name, labels[each.name], _words(each.name, each.was),
            _words(each.name, each.theirs), _words(each.name, each.mine), each.clash, each.take_mine,
        )
        for each in compared(seen, shown_of(current), shown_of(mine))
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
    return pages.chosen(post, shown_of(PriceSurcharge())) or post


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
