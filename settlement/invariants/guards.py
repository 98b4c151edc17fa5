"""The guards of the ledger stand: triggers, keys and checks are there, hold for every row, are on.

What the database refuses is worth only what its guards are: whoever runs it can drop one, switch one
off, or put one back that old rows need not keep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db import connection
from django.db.models import CheckConstraint, UniqueConstraint

from common.invariants import invariant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import BaseConstraint, Model

GROWING = (
    "settlement_posting",
    "settlement_journalentry",
    "settlement_settlementline",
    "settlement_rulesetversion",
    "settlement_periodreopening",
    "settlement_periodline",
    "settlement_disputestep",
    "settlement_disputeevidence",
    "settlement_disputephoto",
    "settlement_billline",
    "settlement_billaction",
    "settlement_quotation",
    "settlement_quotationline",
    "settlement_quotationorder",
    "settlement_exchangerate",
    "settlement_foreignpayment",
    "settlement_regionbudget",
    "settlement_delayterms",
    "settlement_allowanceline",
)
_PERIODS = "settlement_statementperiod"
_LEDGER = (*GROWING, _PERIODS, "settlement_ledgeraccount", "settlement_party")

_TRIGGERS = {
    *((table, "append_only", "kq_refuse_change") for table in GROWING),
    *((table, "append_only_truncate", "kq_refuse_change") for table in GROWING),
    ("settlement_journalentry", "only_while", "kq_only_while"),
    (_PERIODS, "step_by_step", "kq_step_by_step"),
}
_CHAIN = {
    ("settlement_posting", "f", "leg_of_entry"),
    ("settlement_posting", "f", "leg_goes_on"),
    ("settlement_journalentry", "f", "entry_last_leg"),
}
"""The keys of `ChainedLegs`, which Django's models cannot name."""
_OF_NEW_ROWS = frozenset(
    {"posting_within_legs", "posting_after_prior", "posting_adds_up", "posting_ends_at_zero"}
)
"""Never proved for postings older than they are: the ledger is not written again."""

_STANDING_TRIGGERS = """
    SELECT c.relname, t.tgname, f.proname FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc f ON f.oid = t.tgfoid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s)
    AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
"""
# A key works by triggers of its own on both tables; `conenforced` is not there before PostgreSQL 18.
_STANDING_CONSTRAINTS = """
    SELECT c.relname, k.contype::text, k.conname,
        ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u(n, at)
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.n ORDER BY u.at),
        k.convalidated,
        COALESCE(to_jsonb(k) ->> 'conenforced', 'true') = 'true'
        AND NOT EXISTS (SELECT FROM pg_trigger t
                        WHERE t.tgconstraint = k.oid AND t.tgenabled NOT IN ('O', 'A'))
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s)
    ORDER BY 1, 3
"""
_STANDING_INDEXES = """
    SELECT c.relname, i.relname FROM pg_index x
    JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s)
    AND x.indisunique AND x.indisvalid
"""
_STANDING_COLUMNS = """
    SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s)
    AND a.attnotnull
"""


class _Guard(NamedTuple):
    """A constraint of a table, known by its name or by its columns."""

    table: str
    kind: str
    by: str | tuple[str, ...]

    def __str__(self) -> str:
        by = self.by if isinstance(self.by, str) else ", ".join(self.by)
        return f"the {_KINDS[self.kind]} {by} of {self.table}"


_KINDS = {
    "c": "check", "f": "key to another table on", "u": "unique key", "p": "primary key",
    "x": "exclusion", "i": "unique index", "n": "duty to fill",
}  # fmt: skip


@invariant("I6", "Guards of the database refuse every change of what was posted")
def guards_stand() -> Iterator[str]:
    """Triggers are there, on, and call what they should; constraints are there, proved and on."""
    for table, name, _function in sorted(_TRIGGERS - set(_rows(_STANDING_TRIGGERS))):
        yield f"the guard {name} of {table} is missing or switched off"
    standing: set[_Guard] = set()
    for table, kind, name, columns, is_proved, is_on in _rows(_STANDING_CONSTRAINTS):
        standing |= {_Guard(table, kind, name), _Guard(table, kind, tuple(columns))}
        if not is_on:
            yield f"the guard {name} of {table} is switched off"
        elif not is_proved and name not in _OF_NEW_ROWS:
            yield f"the guard {name} of {table} is not proved for the rows it found"
    standing |= {_Guard(table, "i", name) for table, name in _rows(_STANDING_INDEXES)}
    standing |= {_Guard(table, "n", name) for table, name in _rows(_STANDING_COLUMNS)}
    wanted = {_Guard(*guard) for guard in _CHAIN}.union(*map(_guards_of, _models()))
    for guard in sorted(wanted - standing, key=str):
        yield f"{guard} is missing"


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [list(_LEDGER)])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.db_table in _LEDGER]


def _guards_of(model: type[Model]) -> set[_Guard]:
    """What the model's own declarations ask of its table."""
    table = model._meta.db_table
    found = set()
    for constraint in model._meta.constraints:
        found.add(_Guard(table, _kind_of(constraint), constraint.name))
    for field in model._meta.local_concrete_fields:
        column = str(field.column)
        if field.unique:
            found.add(_Guard(table, "p" if field.primary_key else "u", (column,)))
        if getattr(field, "db_constraint", False):
            found.add(_Guard(table, "f", (column,)))
        if not field.null:
            found.add(_Guard(table, "n", column))
    return found


def _kind_of(constraint: BaseConstraint) -> str:
    if isinstance(constraint, CheckConstraint):
        return "c"
    if isinstance(constraint, UniqueConstraint):
        return "u" if constraint.condition is None else "i"
    return "x"
