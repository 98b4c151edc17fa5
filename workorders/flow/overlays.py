"""Variants of a flow: what a region, a season, an order type or a busy time does differently."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.checked_table import CheckedTable, Errors
from workorders.flow.bodies import Body
from workorders.flow.conditions import Facts, holds
from workorders.flow.editing import Blocks, Edit, apply_edits
from workorders.flow.reading import FlowError
from workorders.flow.reading_conditions import read_conditions
from workorders.flow.shape import Condition

DepthOf = Callable[[str], int]
"""How small the region of a code is: the greater the smaller, 0 where nothing is known."""


@dataclass(frozen=True, slots=True)
class Applies:
    """For which orders a variant is meant: all conditions, in these months (none = all year).

    A variant `on_demand` counts only while somebody has switched it on.
    """

    when: tuple[Condition, ...] = ()
    months: tuple[int, ...] = ()
    on_demand: bool = False

    def fits(self, facts: Facts, day: date) -> bool:
        """Whether an order with these facts, opened on this day, follows the variant."""
        return holds(self.when, facts) and (not self.months or day.month in self.months)

    def weight(self, facts: Facts, depth_of: DepthOf) -> tuple[int, ...]:
        """How narrow it is for these facts: of several variants that fit the narrowest is followed.

        More conditions are narrower; of as many the one that names the smaller region the site lies
        in, then the one of fewer months, then the one that names fewer codes.
        """
        here = facts.get("region")
        codes = here if isinstance(here, frozenset) else frozenset()
        named = [each.any_of for each in self.when if each.fact == "region"]
        depth = max(
            (depth_of(code) for row in named for code in codes.intersection(row)), default=0
        )
        count = sum(len(each.any_of) - len(each.none_of) for each in self.when)
        return 2 * len(self.when) + bool(self.months), depth, -len(self.months), -count


@dataclass(frozen=True, slots=True)
class Overlay:
    """A variant as data: whom it is meant for, and the edits of the flow it inherits from."""

    key: str
    name: str
    kind: str
    summary: str
    applies: Applies
    edits: tuple[Edit, ...]
    industries: frozenset[str] = frozenset()

    def suits(self, industry: str) -> bool:
        """Whether it is made for this trade; one that names none is for all."""
        return not self.industries or industry in self.industries

    def over(self, body: Mapping[str, Any], blocks: Blocks) -> Body:
        """Return the body with the overlay's edits. Raises EditError where one does not fit."""
        return apply_edits(body, self.edits, blocks)


OVERLAY_KINDS = ("region", "season", "order_type", "mode")


def read_overlay(body: Mapping[str, Any]) -> Overlay:
    """Read {key, name, kind, summary, industries?, applies?: {when?, months?, on_demand?}, edits: […]}.

    Raises FlowError with every error found.
    """
    errors: Errors = []
    table = CheckedTable(body, "", errors)
    table.only("key", "name", "kind", "summary", "industries", "applies", "edits")
    kind = table.text("kind")
    if kind and kind not in OVERLAY_KINDS:
        table.wrong("kind", f"{kind} is not one of {', '.join(OVERLAY_KINDS)}")
    edits = body.get("edits", [])
    if not isinstance(edits, list) or not edits:
        table.wrong("edits", "needs at least one edit")
        edits = []
    found = Overlay(
        key=table.text("key"),
        name=table.text("name"),
        kind=kind,
        summary=table.text("summary"),
        applies=_applies(body.get("applies", {}), errors),
        edits=tuple(edits),
        industries=frozenset(table.texts("industries")),
    )
    if errors:
        raise FlowError(errors)
    return found


def read_applies(body: Mapping[str, Any]) -> Applies:
    """Read {when?, months?, on_demand?}. Raises FlowError with every error found."""
    errors: Errors = []
    found = _applies(body, errors)
    if errors:
        raise FlowError(errors)
    return found


def _applies(body: Any, errors: Errors) -> Applies:
    if not isinstance(body, Mapping):
        errors.append(("applies", "must be a table"))
        return Applies()
    row = CheckedTable(body, "applies", errors)
    row.only("when", "months", "on_demand")
    return Applies(
        when=read_conditions(row),
        months=row.months("months"),
        on_demand=row.flag("on_demand", default=False),
    )


def narrowest(
    variants: Iterable[tuple[str, Applies]],
    facts: Facts,
    day: date,
    switched_on: frozenset[str],
    depth_of: DepthOf,
) -> str:
    """Return the key of the variant an order follows, "" for none: one alone, never several.

    One that was switched on goes before all others; then the narrowest, then the first in order.
    """
    fitting = [
        ((applies.on_demand, *applies.weight(facts, depth_of)), key)
        for key, applies in variants
        if applies.fits(facts, day) and (not applies.on_demand or key in switched_on)
    ]
    best = max(fitting, key=lambda each: each[0], default=None)
    return best[1] if best else ""
