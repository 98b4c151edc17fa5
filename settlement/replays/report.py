"""A replay as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from network.models import Region
from settlement.engine.evaluate import settle
from settlement.engine.facts import restored
from settlement.engine.planned_days import plans_differ
from settlement.engine.rules import compile_rules
from settlement.explaining import code_names, engine_line, note_of, reasons
from settlement.models import Party, Replay, ReplayOrder
from settlement.proposals.replay_report import SHOWN, tally_of
from settlement.replays.bonus_report import BonusSheet, bonus_sheet
from settlement.replays.pairing import pairs_of
from settlement.replays.rows import PairRow, SumRow, bars_of
from settlement.replays.run import STUCK_AFTER
from settlement.replays.tally import grow
from settlement.rule_sheets import party_word
from settlement.services.rules_in_force import latest_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from common.svg import Bin
    from settlement.engine.result import Line
    from settlement.replays.tally import Tally

PAYEES_SHOWN = 15
ROLES_ORDER = ("installer", "outlet", "dealer", "agent", "branch", "hq", "channel", "tax")


@dataclass(frozen=True, slots=True)
class ReplaySheet:
    """A replay in figures."""

    replay: Replay
    changed: int
    installers: SumRow
    roles: tuple[SumRow, ...]
    losers: tuple[SumRow, ...]
    gainers: tuple[SumRow, ...]
    losing: int
    gaining: int
    regions: tuple[SumRow, ...]
    bars: tuple[Bin, ...]
    problems: tuple[tuple[str, int], ...]
    worst: tuple[ReplayOrder, ...]
    best: tuple[ReplayOrder, ...]
    bonuses: BonusSheet | None


@dataclass(frozen=True, slots=True)
class Impact:
    """What a replay found at a glance: installers' money, how many gain and lose, the spread."""

    orders: int
    changed: int
    installers: SumRow
    losing: int
    gaining: int
    bars: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a replay is."""

    replay: Replay
    share: int
    running: bool
    stuck: bool
    stamp: str


def progress_of(replay: Replay) -> Progress:
    """Return how far a replay is; the stamp changes with every step."""
    running = replay.state == Replay.State.RUNNING
    return Progress(
        replay=replay,
        share=replay.done * 100 // replay.total if replay.total else 100,
        running=running,
        stuck=running and clock.now() - replay.advanced_at > STUCK_AFTER,
        stamp=f"{replay.pk}-{replay.done}-{replay.state}",
    )


def impact_of(replay: Replay) -> Impact:
    """Return what a replay found so far, without a query."""
    tally = tally_of(replay)
    moves = [after - before for before, after in tally.payees.values()]
    return Impact(
        orders=replay.done,
        changed=tally.changed,
        installers=_installers(tally),
        losing=sum(move < 0 for move in moves),
        gaining=sum(move > 0 for move in moves),
        bars=tuple(bars_of(tally.histogram)),
    )


def _installers(tally: Tally) -> SumRow:
    both = [sums.get("installer", [0, 0]) for sums in (tally.roles, tally.bonuses.roles)]
    before, after = (sum(pair[side] for pair in both) for side in (0, 1))
    return SumRow(party_word("installer"), before, after)


def plans_otherwise(replay: Replay) -> bool:
    """Whether the draft also changes when money comes, which no sum of a replay shows."""
    latest = latest_version(replay.draft.rule_set)
    return latest is not None and plans_differ(latest.body, replay.body)


def replay_sheet(replay: Replay) -> ReplaySheet:
    """Return a replay ready for its page; a handful of queries."""
    tally = tally_of(replay)
    ids = [int(key) for key in tally.payees if key.isdecimal()]
    names = dict(Party.objects.filter(pk__in=ids).values_list("pk", "name"))
    payees = [
        SumRow(_payee_name(key, names), before, after)
        for key, (before, after) in tally.payees.items()
        if before != after
    ]
    payees.sort(key=lambda row: (row.diff_fen, row.name))
    losing = [row for row in payees if row.diff_fen < 0]
    gaining = [row for row in reversed(payees) if row.diff_fen > 0]
    kept = _with_orders(replay)
    return ReplaySheet(
        replay=replay,
        changed=tally.changed,
        installers=_installers(tally),
        roles=(
            *_role_rows(tally.roles, "%s"),
            *_role_rows(tally.bonuses.roles, _("Bonuses of periods: %s")),
        ),
        losers=tuple(losing[:PAYEES_SHOWN]),
        gainers=tuple(gaining[:PAYEES_SHOWN]),
        losing=len(losing),
        gaining=len(gaining),
        regions=tuple(_region_rows(tally)),
        bars=tuple(bars_of(tally.histogram)),
        problems=tuple((_problem(name), count) for name, count in tally.problems.items()),
        worst=tuple(kept.filter(diff_fen__lt=0).order_by("diff_fen", "pk")[:SHOWN]),
        best=tuple(kept.filter(diff_fen__gt=0).order_by("-diff_fen", "pk")[:SHOWN]),
        bonuses=bonus_sheet(tally.bonuses, replay.pk),
    )


def replay_order(replay: Replay, pk: int) -> ReplayOrder | None:
    """Return a kept order of a replay."""
    return _with_orders(replay).filter(pk=pk).first()


def both_explanations(row: ReplayOrder) -> list[PairRow]:
    """Return the stored lines of an order beside those the replayed rules give.

    Every line of both sides stands in one pair: a component may write several, for rows, brackets
    and people.
    """
    names, rules = code_names(), compile_rules(row.replay.body)
    old = list(row.settlement.lines.select_related("payee").order_by("seq"))
    labels = {line.code: line.label for line in old}
    before = [engine_line(line) for line in old]
    after = list(settle(rules, restored(row.settlement.facts)).lines)
    people = _people([*before, *after])
    return [
        PairRow(
            label=labels.get(known.code) or rules.label_of(known.code),
            party=_payee_word(known, people),
            before_fen=was.amount_fen if was else None,
            before_why=_why(was, names),
            after_fen=now.amount_fen if now else None,
            after_why=_why(now, names),
        )
        for was, now in pairs_of(before, after)
        if (known := now or was)
    ]


def sums_by_payee(pairs: Iterable[PairRow]) -> list[SumRow]:
    """Return what each payee has of the pairs, before and after, in the order they appear."""
    sums: dict[str, list[int]] = {}
    for pair in pairs:
        grow(sums, pair.party, pair.before_fen or 0, pair.after_fen or 0)
    return [SumRow(name, before, after) for name, (before, after) in sums.items()]


def _people(lines: Iterable[Line]) -> dict[int, str]:
    """Return the names of installers who share lines; no query where nobody does."""
    asked = {line.who for line in lines if line.who is not None}
    found = Party.objects.filter(installer__in=asked) if asked else ()
    return {party.installer_id: party.name for party in found if party.installer_id}


def _payee_word(line: Line, people: Mapping[int, str]) -> str:
    word = party_word(line.party)
    return word if line.who is None else f"{word} · {people.get(line.who, line.who)}"


def _why(line: Line | None, names: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    if line is None:
        return ()
    note, why = note_of(line, names), reasons(line, names)
    return why if not note or note in why[0] else (note, *why)


def _with_orders(replay: Replay) -> QuerySet[ReplayOrder]:
    return replay.orders.select_related(
        "replay", "payee", "settlement__version", "settlement__work_order__item_version",
        "settlement__work_order__site_region", "settlement__installer__user",
    )  # fmt: skip


def _payee_name(key: str, names: Mapping[int, str]) -> str:
    if key.isdecimal():
        return names.get(int(key), key)
    return party_word(key.removeprefix("role:"))


def _role_order(role: str) -> tuple[int, str]:
    known = role in ROLES_ORDER
    return (ROLES_ORDER.index(role) if known else len(ROLES_ORDER), role)


def _role_rows(sums: Mapping[str, list[int]], words: str) -> list[SumRow]:
    return [SumRow(words % party_word(role), *sums[role]) for role in sorted(sums, key=_role_order)]


def _region_rows(tally: Tally) -> list[SumRow]:
    names = dict(Region.objects.filter(code__in=tally.regions).values_list("code", "name"))
    rows = [
        SumRow(names.get(code, code) or _("without a region"), before, after, orders)
        for code, (before, after, orders) in tally.regions.items()
    ]
    rows = [row for row in rows if row.diff_fen]
    return sorted(rows, key=lambda row: (row.diff_fen, row.name))[: 2 * PAYEES_SHOWN]


def _problem(name: str) -> str:
    words = {
        "no_price": _("have no price under these rules"),
        "no_rule": _("have no rule under these rules"),
        "provisional": _("wait for a fact"),
        "unreadable": _("have facts that cannot be read"),
    }
    return words.get(name, name)
