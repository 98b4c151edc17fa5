"""An installer's bonuses as they are booked, by the day their period ends."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Case, Q, Sum, When
from django.utils.translation import gettext as _

from settlement.bonuses.standing import KIND
from settlement.models import PeriodLine, Posting

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import Installer


class OwnBonus(NamedTuple):
    """A bonus of a period (or its correction) in fen, booked in the period that ends on a day."""

    on: date
    label: str
    fen: int


def own_bonuses(*, installer: Installer, first: date, last: date) -> list[OwnBonus]:
    """Return the bonuses of periods ending from a day to a day; two queries.

    What was taken back in the same period is left out with what took it back.
    """
    rows = (
        Posting.objects.filter(
            Q(entry__kind=KIND) | Q(entry__corrects__kind=KIND, entry__kind="reversal"),
            account__party__installer=installer,
            entry__period__ends_on__range=(first, last),
        )
        .annotate(
            posted=Case(When(entry__kind=KIND, then="entry_id"), default="entry__corrects_id")
        )
        .values("entry__period__ends_on", "posted")
        .annotate(total=Sum("amount_fen"))
        .exclude(total=0)
        .order_by("-entry__period__ends_on", "posted")
        .values_list("entry__period__ends_on", "posted", "total")
    )
    found = list(rows)
    labels: dict[int, list[str]] = defaultdict(list)
    lines = PeriodLine.objects.filter(entry__in=[posted for _on, posted, _fen in found])
    for entry, label in lines.order_by("entry_id", "seq").values_list("entry_id", "label"):
        if label not in labels[entry]:
            labels[entry].append(label)
    return [OwnBonus(on, _(", ").join(labels[posted]), int(fen)) for on, posted, fen in found]
