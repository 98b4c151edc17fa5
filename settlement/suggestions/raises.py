"""How far a price may be raised by what suggestions say, and what an item cost at the start of the period.

Orders under a raised price suggest the next raise by the same second visits: what is paid now is no
measure, what was paid before is (decision 15).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from common import clock
from common.formatting import money
from settlement.engine.money import share_fen
from settlement.engine.paths import join
from settlement.engine.regional import hq_part
from settlement.models import RuleSet
from settlement.proposals.merging import inherited_value, own_by_region
from settlement.proposals.regions import region_tree
from settlement.services.rules_in_force import latest_version, version_in_force
from settlement.suggestions.limits import WHOLE_BP, WHOLE_YUAN, highest_fen, period_start

if TYPE_CHECKING:
    from datetime import date

    from catalog.models import ServiceItem
    from network.models import Region
    from settlement.models import RuleSetVersion
    from settlement.proposals.regions import RegionTree


@dataclass(frozen=True, slots=True)
class PayStanding:
    """What rules pay for an item in a city: at the start of the period and by the latest version.

    Values are fen, or one for each column; `raised_by` is the version that raised it last.
    """

    path: str
    start: Any
    today: Any
    raised_by: RuleSetVersion | None = None

    def raised(self, num: int, den: int) -> Any:
        """Return the price of the start times num/den, to the whole yuan and within the cap.

        Never less than today's; where it was lowered since the start, of what is left.
        """
        return _each(self._raised, self.start, self.today, num, den)

    def is_capped(self, num: int, den: int) -> bool:
        """Whether the cap keeps the price below what it would be raised to."""
        pairs = zip(_list(self.start), _list(self.today), strict=True)
        return any(
            highest_fen(start) < _to_yuan(min(start, today), num, den) for start, today in pairs
        )

    @property
    def change(self) -> tuple[int, int] | None:
        """The price at the start and today, of the column that was raised most; None: not raised."""
        pairs = list(zip(_list(self.start), _list(self.today), strict=True))
        start, today = max(pairs, key=lambda pair: pair[1] * WHOLE_BP // max(1, pair[0]))
        return (start, today) if today > start else None

    @staticmethod
    def _raised(start: int, today: int, num: int, den: int) -> int:
        return max(today, min(_to_yuan(min(start, today), num, den), highest_fen(start)))


def _to_yuan(fen: int, num: int, den: int) -> int:
    return share_fen(fen * num, 1, den * WHOLE_YUAN) * WHOLE_YUAN


def _list(value: Any) -> list[int]:
    return value if isinstance(value, list) else [value]


def _columns(value: Any) -> int | None:
    return len(value) if isinstance(value, list) else None


def _each(of: Any, start: Any, today: Any, *more: int) -> Any:
    if isinstance(today, list):
        return [of(was, now, *more) for was, now in zip(start, today, strict=True)]
    return of(start, today, *more)


def raised_words(standing: PayStanding) -> str:
    """Return the earlier raise of a period in words, "" where there was none."""
    if standing.change is None or standing.raised_by is None:
        return ""
    was, now = standing.change
    sentence = _("Raised from %(was)s to %(now)s, last by version %(version)s of %(day)s")
    return sentence % {
        "was": money(was), "now": money(now), "version": standing.raised_by.number,
        "day": standing.raised_by.effective_from.isoformat(),
    }  # fmt: skip


class PayHistory:
    """The rules of an industry through the period: their versions and the tree of regions, read once."""

    def __init__(self, industry: str, tree: RegionTree | None = None) -> None:
        self.tree = tree or region_tree()
        self.steps = [
            (version, hq_part(version.body), own_by_region(version, self.tree))
            for version in _versions(industry, clock.business_day())
        ]

    def standing(self, item: ServiceItem, city: Region) -> PayStanding | None:
        """Return what is paid for an item in a city; None where rules name no price of it alone."""
        path = _row_path(self.steps[-1][1], item) if self.steps else None
        if path is None:
            return None
        above = [*self.tree.above[city.code], city.code]
        start: Any = None
        today: Any = None
        raised_by: RuleSetVersion | None = None
        for version, body, own in self.steps:
            value = inherited_value(body, own, above, path)
            if value is None or today is None or _columns(value) != _columns(today):
                start, raised_by = value, None  # a new row, or other columns: it begins with them
            elif any(now > was for was, now in zip(_list(today), _list(value), strict=True)):
                raised_by = version
            today = value
        return PayStanding(path, start, today, raised_by)


def _versions(industry: str, today: date) -> Iterator[RuleSetVersion]:
    """Yield what counted at the start of the period, as known then, and what was published since."""
    current = version_in_force(industry=industry, on=today)
    if current is None:
        return
    rule_set = RuleSet.objects.get(pk=current.rule_set_id)
    first = period_start(today)
    known = clock.day_span(first)[0]
    then = version_in_force(industry=industry, on=first, known_at=known)
    since = rule_set.versions.filter(Q(published_at__gt=known) | Q(effective_from__gt=first))
    if then is not None:
        since = rule_set.versions.filter(Q(pk=then.pk) | Q(pk__in=since.values("pk")))
    found = list(since.order_by("sequence"))
    latest = latest_version(rule_set)
    yield from found or ([latest] if latest else [])


def _row_path(body: Mapping[str, Any], item: ServiceItem) -> str | None:
    """Return the first price of the item itself; that of its category is everybody's there."""
    for component in body.get("components", ()):
        name = component.get("grid") if component.get("kind") == "price" else None
        grid = body.get("grids", {}).get(name) or {}
        if "service_item" in grid.get("rows_by", ()) and item.code in grid.get("fen", {}):
            return join(("grids", str(name), "fen", item.code))
    return None
