"""The worked example beside the form: the draft computed for one job, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from common import clock, formatting
from common.svg import Segment, Stair, Step, few_steps
from settlement.engine.evaluate import settle
from settlement.engine.lint import sound_rules
from settlement.engine.reading import RulesError
from settlement.engine.rules import compile_rules
from settlement.engine.stages import FROM_COMPLETION, delay_words, stage_word
from settlement.engine.words import yuan
from settlement.explaining import INSTALLER, note_of, reasons
from settlement.rule_sheets import party_word
from settlement.rulebook.entries import Posted
from settlement.rulebook.trial_facts import (
    fact_entries,
    looked_at,
    read_facts,
    sample_facts,
    samples,
)

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.engine.facts import JobFacts
    from settlement.engine.result import Line
    from settlement.engine.rules import Compiled
    from settlement.models import RuleSet
    from settlement.rulebook.entries import Entry, Option
    from settlement.rulebook.vocabulary import Vocabulary

BARS = 7
REACH_KM = 60


class Place(NamedTuple):
    """A region of the example's job: the facts that follow from it, and its path in the tree."""

    facts: Mapping[str, Any]
    path: str


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A line of the example; `part` opens the component it comes from."""

    part: str
    label: str
    party: str
    note: str
    amount_fen: int
    why: tuple[str, ...]
    provisional: bool


class TrialPart(NamedTuple):
    """When a part of the installer's money would come: at once, on a day, or after a stage."""

    label: str
    amount_fen: int
    when: str


@dataclass(frozen=True, slots=True)
class Distance:
    """What the job brings the installer over the kilometres."""

    stairs: tuple[Stair, ...]
    mark: Stair
    mark_words: str
    end_words: str


@dataclass(frozen=True, slots=True)
class Trial:
    """The example ready for the page.

    `lines` are the installer's, `others` everybody else's. `computed` is False where the draft has faults and never computed before; `stale` where the
    lines are those of its last state without faults.
    """

    sample: str
    samples: list[Option]
    facts: list[Entry]
    computed: bool
    lines: tuple[TrialLine, ...] = ()
    others: tuple[TrialLine, ...] = ()
    releases: tuple[TrialPart, ...] = ()
    bars: tuple[Step, ...] = ()
    installer_fen: int = 0
    shares: tuple[Segment, ...] = ()
    total_fen: int = 0
    waiting: tuple[str, ...] = ()
    fired: str = ""
    distance: Distance | None = None
    stale: bool = False


def trial(
    *, rule_set: RuleSet, body: Mapping[str, Any], earlier: Iterable[Mapping[str, Any]],
    words: Vocabulary, actor: User, posted: Posted | None = None, place: Place | None = None,
) -> Trial:  # fmt: skip
    """Compute the example with the facts that were posted; never raises for a faulty body.

    `earlier` are states of the body to fall back on, the latest first. The jobs to choose from are
    those `actor` may see; with a `place`, of this region, and the job lies there.
    """
    chosen = str(posted.post.get("sample", "")) if posted else ""
    changed = posted is not None and posted.post.get("sample_shown") == chosen
    facts = sample_facts(rule_set, body, chosen, actor=actor, there=place.facts if place else {})
    found = _compiled(body, earlier)
    choices = samples(rule_set, actor=actor, within=place.path if place else "")
    if found is None:
        return Trial(chosen, choices, [], computed=False)
    compiled, stale = found
    used = looked_at(compiled)
    mine = Posted(posted.post) if posted and changed else None
    if mine:
        facts = read_facts(facts, used, mine, words)
    if place:
        facts = replace(facts, region_path=place.facts["region_path"])
    shown = _computed(compiled, facts, chosen, choices, used, words, mine)
    return replace(shown, stale=stale)


def _compiled(
    body: Mapping[str, Any], earlier: Iterable[Mapping[str, Any]]
) -> tuple[Compiled, bool] | None:
    """Return the rules of a body, else of the last state of it without faults."""
    rules = sound_rules(body)
    if rules is not None:
        return rules, False
    for before in earlier:
        rules = sound_rules(before)
        if rules is not None:
            return rules, True
    try:
        return compile_rules(body), True
    except RulesError:
        return None


def _computed(
    compiled: Compiled, facts: JobFacts, chosen: str, choices: list[Option], used: list[str],
    words: Vocabulary, posted: Posted | None,
) -> Trial:  # fmt: skip
    outcome = settle(compiled, facts)
    lines = tuple(_line(each, compiled, words) for each in outcome.lines)
    mine = [line for line, raw in zip(lines, outcome.lines, strict=True) if raw.party == INSTALLER]
    waiting = dict.fromkeys(
        words.word(name) for raw in outcome.lines for name in raw.because.get("unknown", ())
    )
    return Trial(
        sample=chosen,
        samples=choices,
        facts=fact_entries(facts, used, words, posted),
        computed=True,
        lines=tuple(mine),
        others=tuple(
            line for line, raw in zip(lines, outcome.lines, strict=True) if raw.party != INSTALLER
        ),
        releases=tuple(_part(each, compiled, facts) for each in outcome.releases),
        bars=tuple(_bars(mine)),
        installer_fen=outcome.totals.get(INSTALLER, 0),
        shares=tuple(
            Segment(party_word(party), max(0, fen), formatting.money(fen))
            for party, fen in outcome.totals.items()
        ),
        total_fen=outcome.total_fen,
        waiting=tuple(waiting),
        fired=" ".join(dict.fromkeys(each.rule for each in outcome.lines)),
        distance=_distance(compiled, facts) if "distance_m" in used else None,
    )


def _line(line: Line, compiled: Compiled, words: Vocabulary) -> TrialLine:
    return TrialLine(
        part=f"c.{compiled.component_of(line.code)}",
        label=compiled.label_of(line.code),
        party=party_word(line.party),
        note=note_of(line, words.names),
        amount_fen=line.amount_fen,
        why=reasons(line, words.names),
        provisional=line.provisional,
    )


def _part(line: Line, compiled: Compiled, facts: JobFacts) -> TrialPart:
    return TrialPart(compiled.label_of(line.code), line.amount_fen, _when(line, facts))


def _when(line: Line, facts: JobFacts) -> str:
    if line.because["reached"]:
        return _("at once")
    stage, days = str(line.because["stage"]), line.because.get("after_days")
    if days is None:
        return _("with “%(stage)s”") % {"stage": stage_word(stage, _)}
    if stage in FROM_COMPLETION and facts.done_on:
        with suppress(OverflowError):
            on = date.fromisoformat(facts.done_on) + timedelta(days=days)
            return formatting.day_text(on, today=clock.business_day())
    return delay_words(stage, days, _)


def _bars(lines: list[TrialLine]) -> list[Step]:
    steps = [Step(line.label[:5], line.amount_fen) for line in lines]
    return few_steps(steps, most=BARS, other=_("Other"))


def _distance(compiled: Compiled, facts: JobFacts) -> Distance | None:
    """Return the price over the distance, one point a kilometre; None when it never changes."""
    here = facts.distance_m or 0
    reach = max(REACH_KM, min(300, -(-here // 1000) + 10))

    def amount(metres: int) -> int:
        return settle(compiled, replace(facts, distance_m=metres)).totals.get(INSTALLER, 0)

    steps = tuple(Stair(km, amount(km * 1000)) for km in range(reach + 1))
    if len({each.amount for each in steps}) < 2:
        return None
    now = amount(here)
    words = f"{formatting.km(here)} {yuan(now)}"
    return Distance(steps, Stair(here // 1000, now), words, f"{reach} km")
