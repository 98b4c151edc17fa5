"""A shadow run: settled orders computed once more, by other rules or facts; nothing is posted.

Replays ask who would gain or lose by a draft, recomputes what published rules or a corrected fact
change. A chunk is two queries and one pass of the engine, and no model is made per order, so
memory does not depend on how many orders a run looks at.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from common.streaming import streamed, streamed_text
from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts, restored
from settlement.models import SettlementLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from settlement.engine.result import Outcome
    from settlement.engine.rules import Compiled
    from settlement.models import Settlement

_COLUMNS = "settlement_id, party_role, payee_id, code, label, amount_fen"
_read = json.JSONDecoder().decode
Correction = Callable[[JobFacts], JobFacts]
"""What a run corrects in the facts of one order."""
UNREADABLE = "unreadable"
"""Why a settlement is left out: its stored facts are not those of this program."""


class Stored(NamedTuple):
    """A settlement as a shadow run reads it."""

    pk: int
    order_id: int
    version_id: int
    industry: str
    done_on: date
    facts: dict[str, Any]


Part = tuple[int, str, int | None, str, str, int]
"""Stored money: the settlement's id, the party's role and id, code, label and fen."""


class Shadow(NamedTuple):
    """A settlement, what it gave, and what it would give; no outcome for facts nobody can read."""

    row: Stored
    parts: Sequence[Part]
    outcome: Outcome | None


def stored_rows(found: QuerySet[Settlement]) -> list[Stored]:
    """Return the settlements of a query in its order, in one query."""
    columns = (
        "pk",
        "work_order_id",
        "version_id",
        "version__rule_set__industry",
        "done_on",
        "facts",
    )
    return [
        Stored(pk, order_id, version_id, industry, done_on, _read(facts))
        for pk, order_id, version_id, industry, done_on, facts in streamed(
            found.values_list(*columns)
        )
    ]


def shadows(
    asked: Sequence[tuple[Stored, Compiled]], correct: Correction | None = None
) -> Iterator[Shadow]:
    """Settle each by the rules beside it, with corrected facts in place; the money is read at the call."""
    parts = _parts([row.pk for row, _rules in asked])
    return (Shadow(row, parts[row.pk], _outcome(row, rules, correct)) for row, rules in asked)


def corrected(facts: JobFacts, correct: Correction | None) -> JobFacts:
    """Return the facts as they are right; without a correction as they are."""
    return correct(facts) if correct else facts


def _outcome(row: Stored, rules: Compiled, correct: Correction | None) -> Outcome | None:
    try:
        facts = restored(row.facts)
    except TypeError:
        return None
    return settle(rules, corrected(facts, correct))


def _parts(settlement_ids: list[int]) -> dict[int, list[Part]]:
    """Read the money of a chunk as the rows come from the driver: a dozen lines an order."""
    found: dict[int, list[Part]] = defaultdict(list)
    table = connection.ops.quote_name(SettlementLine._meta.db_table)
    asked = f"SELECT {_COLUMNS} FROM {table} WHERE settlement_id = ANY(%s)"  # noqa: S608 - names of ours
    for row in streamed_text(asked, [settlement_ids]):
        found[row[0]].append(row)
    return found
