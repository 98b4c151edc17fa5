"""Ladders a person climbs: brackets of a rule body on what this person did or is rated."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

PERSONAL = frozenset({"installer_month_orders", "rating_x10"})
"""Facts that count one person's own work; others change with the job, and nobody climbs them."""


class Rung(NamedTuple):
    """From a value on: a rate in basis points, or a price in fen, as the ladder says."""

    start: int
    gives: int


class Ladder(NamedTuple):
    """Brackets of one component on a fact of the person; `graduated`: each for its own part."""

    code: str
    label: str
    measure: str
    rated: bool
    graduated: bool
    rungs: tuple[Rung, ...]

    def reached(self, value: int) -> Rung | None:
        """Return the highest rung a value reaches; None below the first."""
        return next((rung for rung in reversed(self.rungs) if value >= rung.start), None)

    def following(self, value: int) -> Rung | None:
        """Return the next rung that gives something else; None at the top."""
        now = self.reached(value)
        return next(
            (
                rung
                for rung in self.rungs
                if rung.start > value and rung.gives != (now.gives if now else 0)
            ),
            None,
        )


def ladders(body: Mapping[str, Any], *, party: str) -> Iterator[Ladder]:
    """Yield the ladders of a party in a valid body, in the order of its components."""
    for raw in body.get("components", ()):
        measure = str(raw.get("measure", "")).removeprefix("fact:")
        if (raw.get("kind"), raw.get("party")) != ("brackets", party) or measure not in PERSONAL:
            continue
        unit = str(raw["gives"])
        yield Ladder(
            code=str(raw["code"]),
            label=str(raw.get("label") or raw["code"]),
            measure=measure,
            rated=unit == "rate_bp",
            graduated=raw.get("scheme") == "graduated",
            rungs=tuple(Rung(int(row["from"]), int(row[unit])) for row in raw["brackets"]),
        )
