"""What a version's rows are expected to do: as its replay foresaw, else as the version before did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from settlement.models import RuleHit, RuleSetVersion
from settlement.models.rule_hit import EVERY_ORDER
from settlement.monitor.selectors import Key, Span, foreseen_rates, seen_rates
from settlement.services.rules_in_force import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from settlement.monitor.drift import Rate

BEFORE_DAYS = 30
"""So many last days of the version before are what it did."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Rates of rows, and where they come from: a replay, or `before`, the version before.

    A replay ran these very rules, so a row it never saw should not fire. Of the version before
    only rows count whose component stands unchanged in this one; of the others nothing is known.
    """

    rates: Mapping[Key, Rate] = field(default_factory=dict)
    before: RuleSetVersion | None = None

    @property
    def orders(self) -> int:
        """Orders the rates were counted in, 0 when nothing is known."""
        first = next(iter(self.rates.values()), None)
        return first.orders if first else 0

    @property
    def knows_all(self) -> bool:
        """Whether a row without a rate is known never to fire."""
        return bool(self.rates) and self.before is None


def expected_of(version: RuleSetVersion) -> Expected:
    """Return what a version's rows are compared with; empty for the first one without a replay."""
    foreseen = foreseen_rates(version)
    if foreseen:
        return Expected(foreseen)
    before = _version_before(version)
    if before is None:
        return Expected()
    last = RuleHit.objects.filter(version=before, code=EVERY_ORDER).aggregate(last=Max("day"))
    span = Span(last["last"] - timedelta(days=BEFORE_DAYS - 1), last["last"])
    seen = seen_rates(before, span)
    same = unchanged_components(before.body, version.body)
    now = compiled(version)
    rates = {key: seen.rate(key) for key in seen.hits if now.component_of(key[0]) in same}
    return Expected(rates, before) if rates else Expected()


def unchanged_components(before: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    """Return the codes of components that stand in both bodies alike, with the tables they use."""
    earlier = {part.get("code"): part for part in before.get("components", ())}
    tables, earlier_tables = now.get("tables", {}), before.get("tables", {})
    return {
        str(part["code"])
        for part in now.get("components", ())
        if earlier.get(part.get("code")) == part
        and all(tables.get(name) == earlier_tables.get(name) for name in _tables_of(part))
    }


def _tables_of(part: Mapping[str, Any]) -> Iterator[str]:
    for key in ("table", "tier"):
        if isinstance(part.get(key), str):
            yield part[key]


def _version_before(version: RuleSetVersion) -> RuleSetVersion | None:
    """The latest earlier version of the same rules that settled something."""
    hit = RuleHit.objects.filter(code=EVERY_ORDER).values("version_id")
    earlier = RuleSetVersion.objects.filter(
        rule_set_id=version.rule_set_id, sequence__lt=version.sequence, pk__in=hit
    )
    return earlier.order_by("-sequence").first()
