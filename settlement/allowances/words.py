"""An allowance in words, made from what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.formatting import km, money

if TYPE_CHECKING:
    from settlement.models import Allowance, AllowanceLine


def allowance_label(allowance: Allowance) -> str:
    """Return "Cross-region support: Hefei → Suzhou, 11-30"."""
    because = allowance.because
    places = {
        "start": because.get("from", ""),
        "to": because.get("to", ""),
        "day": f"{allowance.on:%m-%d}",
    }
    return _("Cross-region support: %(start)s → %(to)s, %(day)s") % places


def line_words(line: AllowanceLine) -> str:
    """Return a part with its operands, so that anybody can multiply it."""
    words = {"label": line.get_code_display(), "amount": money(line.amount_fen)}
    if line.code == line.Code.TRAVEL:
        sums = {"km": km(line.rate_num), "each": money(line.base_fen)}
        return _("%(label)s: %(km)s at %(each)s per km = %(amount)s") % {**words, **sums}
    return _("%(label)s: %(amount)s") % words


def why_words(allowance: Allowance) -> tuple[str, ...]:
    """Return the parts; read with `lines`."""
    return tuple(line_words(line) for line in allowance.lines.all())
