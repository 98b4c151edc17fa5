"""How right forecasts were, in words that promise nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dispatch.demand.series import Method

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dispatch.models import DemandSeries


@dataclass(frozen=True, slots=True)
class Accuracy:
    """By how many jobs a day forecasts were off in the mean, and last week's same day was."""

    short: str
    words: str
    is_better: bool


def tenths(value_x10: int) -> str:
    """Return tenths as "12.5", without a zero behind the point."""
    whole, rest = divmod(value_x10, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def weekday_mark(day: date) -> str:
    """Return the weekday in one letter or sign."""
    marks = (
        pgettext("weekday mark", "M"), pgettext("weekday mark", "Tu"), pgettext("weekday mark", "W"),
        pgettext("weekday mark", "Th"), pgettext("weekday mark", "F"), pgettext("weekday mark", "Sa"),
        pgettext("weekday mark", "Su"),
    )  # fmt: skip
    return marks[day.weekday()]


def accuracy(series: Sequence[DemandSeries]) -> Accuracy:
    """Say how right what is shown of some series was on the days it was tried."""
    tried = sum(row.tried for row in series)
    if not tried:
        if any(row.method == Method.LAST_WEEK for row in series):
            words = _("Nothing could be learned here: the same day of last week is shown.")
            return Accuracy(_("last week's day"), words, is_better=False)
        words = _(
            "Less than twelve weeks of history: the mean of the same weekday of four weeks is"
            " shown, and nobody knows yet how right it is."
        )
        return Accuracy(_("not known yet"), words, is_better=False)
    plain = sum(row.last_week_x10 for row in series)
    # Where what was learned is no better, last week is shown, and that is what counts.
    ours = sum(min(row.ours_x10, row.last_week_x10) for row in series)
    each = {"ours": _each(ours, tried), "plain": _each(plain, tried)}
    if ours < plain:
        share = round(100 * (plain - ours) / plain)
        words = _(
            "On the last 28 days the forecast was off by %(ours)s jobs a day, the same day of last"
            " week by %(plain)s."
        )
        short = _("%(ours)s off, %(share)s%% less") % {**each, "share": share}
        return Accuracy(short, words % each, is_better=True)
    words = _(
        "What was learned is no better than the same day of last week, which was off by %(plain)s"
        " jobs a day on the last 28 days: that is what is shown."
    )
    return Accuracy(_("last week's day, %(plain)s off") % each, words % each, is_better=False)


def _each(sum_x10: int, tried: int) -> str:
    """A sum of tenths over so many days and leads, by each."""
    return tenths((2 * sum_x10 + tried) // (2 * tried))
