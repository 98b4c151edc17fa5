"""Broken rules of rest in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.marking import N_

if TYPE_CHECKING:
    from dispatch.rosters.rest import Fault

_FAULTS = {
    "overlap": N_("two shifts overlap by %(amount)s"),
    "rest": N_("only %(amount)s of rest before this shift"),
    "row": N_("day %(n)s in a row"),
    "week": N_("%(amount)s in this week"),
}


def fault_words(fault: Fault) -> str:
    """Return what a rule says about a shift."""
    amount = hours_words(fault.amount)
    return str(_(_FAULTS[fault.code])) % {"amount": amount, "n": fault.amount}


def hours_words(minutes: int) -> str:
    """Return minutes of work as "44 h" or "7 h 30 min"; a week stays hours, never days."""
    hours, rest = divmod(minutes, 60)
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
