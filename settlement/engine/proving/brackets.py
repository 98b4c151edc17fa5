"""Proofs about brackets: what lies below the first one, and where one more earns less."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from settlement.engine.cells import read_cell
from settlement.engine.facts import fact_kind
from settlement.engine.money import share_fen
from settlement.engine.proving.finding import GAP, NOTICE, WARNING, Finding
from settlement.engine.proving.values import bounds, samples
from settlement.engine.reading import N_
from settlement.engine.words import measured, percent, yuan

# More of these is worse work: paying less for more of them is what the rule is for.
_WORSE = frozenset({"delay_min", "response_min", "checkin_m", "reschedule_count", "unpaid_returns"})


def bracket_findings(path: str, component: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is doubtful about the brackets of a valid component; nothing for other kinds."""
    if component.get("kind") != "brackets":
        return
    yield from _below(path, component)
    measure = _fact(component)
    if measure in _WORSE:
        return
    falls = _lower_pieces if component["scheme"] == "graduated" else _lower_totals
    for start, level, message, above, below in falls(component):
        params = {"more": measured(measure, start), "above": above, "below": below}
        params["each"] = measured(measure, component.get("per", 1))
        yield Finding(level, path, message, params, {measure: start})


def _fact(component: Mapping[str, Any]) -> str:
    return str(component["measure"]).removeprefix("fact:")


def _below(path: str, component: Mapping[str, Any]) -> Iterator[Finding]:
    """Values below the first bracket earn nothing, which may be forgotten as well as meant."""
    measure, first = _fact(component), component["brackets"][0]
    start, least = first["from"], bounds(_fact(component))[0]
    if not first[component["gives"]] or (least is not None and start <= least):
        return
    asked = _asked_below(component, measure, start)
    if asked is not None:
        message = N_("nothing is given below the first bracket, which begins at %(start)s")
        params = {"start": measured(measure, start)}
        yield Finding(GAP, path, message, params, {measure: asked})


def _asked_below(component: Mapping[str, Any], measure: str, start: int) -> int | None:
    """Return the highest value below a start that the component's own condition lets pass."""
    when = component.get("when", {})
    cells = [each.get(measure, "-") for each in (when if isinstance(when, list) else [when])]
    tests = [read_cell(cell, fact_kind(measure) or "number") for cell in cells]
    edge = read_cell(f"< {start}", "number")
    return max(
        (
            value
            for value in samples(measure, [*tests, edge])
            if isinstance(value, int) and value < start and any(t.matches(value) for t in tests)
        ),
        default=None,
    )


Fall = tuple[int, str, str, str, str]  # start, level, message, what it gives, what it gave before


def _lower_totals(component: Mapping[str, Any]) -> Iterator[Fall]:
    """The bracket reached holds for all: at its start the whole amount may fall."""
    gives, per = component["gives"], component.get("per", 1)
    for lower, upper in pairwise(component["brackets"]):
        start = upper["from"]
        if gives == "rate_bp":
            message = N_("from %(more)s on the rate is %(above)s, just below it is %(below)s")
            above, below = upper[gives], lower[gives]
            words = percent(above, 10_000), percent(below, 10_000)
        else:
            message = N_("%(more)s gives %(above)s, one less gives %(below)s")
            above = _within(component, share_fen(upper[gives], start, per))
            below = _within(component, share_fen(lower[gives], start - 1, per))
            words = yuan(above), yuan(below)
        if above < below:
            yield start, WARNING, message, *words


def _within(component: Mapping[str, Any], fen: int) -> int:
    """An amount between the component's own bounds, if it has any."""
    least, most = component.get("at_least_fen"), component.get("at_most_fen")
    fen = fen if least is None else max(fen, int(least))
    return fen if most is None else min(fen, int(most))


def _lower_pieces(component: Mapping[str, Any]) -> Iterator[Fall]:
    """Each bracket holds for its own part: a lower price still adds, one below nothing takes."""
    for lower, upper in pairwise(component["brackets"]):
        above, below = upper["unit_fen"], lower["unit_fen"]
        words = yuan(above), yuan(below)
        if above < 0:
            message = N_("from %(more)s on each further %(each)s gives %(above)s: more earns less")
            yield upper["from"], WARNING, message, *words
        elif above < below:
            message = N_(
                "from %(more)s on each further %(each)s gives %(above)s instead of %(below)s; the "
                "total goes on rising"
            )
            yield upper["from"], NOTICE, message, *words
