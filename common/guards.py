"""Migration operations that put a guard on a table as triggers calling the shared functions.

The functions live in the public schema (migration `tenants.0002`), know no table names and read
the table they guard from `TG_TABLE_SCHEMA` and `TG_TABLE_NAME`, so that they also work where a
table is stored under another name on another server.
"""

import re
from typing import Any

from django.db import migrations

# Wider than what is put in, as the type of RunSQL asks.
Statements = list[Any]
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")


class _Guard(migrations.RunSQL):
    """Trigger statements for one table of the schema being migrated."""

    def __init__(self, table: str, *arguments: str) -> None:
        for name in (table, *arguments):
            if not _IDENTIFIER.match(name):
                raise ValueError(f"not a plain identifier: {name!r}")
        self.table = table
        self.arguments = arguments
        super().__init__(sql=self.put_up(), reverse_sql=self.take_down())

    def put_up(self) -> Statements:
        """SQL statements that create the triggers."""
        raise TypeError("a guard names its triggers")

    def take_down(self) -> Statements:
        """SQL statements that remove them again."""
        raise TypeError("a guard names its triggers")

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.table, *self.arguments], {}

    def describe(self) -> str:
        return f"{self.__class__.__name__} guard on {self.table}"


class AppendOnly(_Guard):
    """Rows of `table` are added and never changed: UPDATE, DELETE and TRUNCATE are refused."""

    def put_up(self) -> Statements:
        return [
            f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{self.table}" '
            "FOR EACH ROW EXECUTE FUNCTION public.kq_refuse_change()",
            # A row trigger never fires for TRUNCATE, which would empty the table in silence.
            f'CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON "{self.table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION public.kq_refuse_change()",
        ]

    def take_down(self) -> Statements:
        return [
            f'DROP TRIGGER append_only_truncate ON "{self.table}"',
            f'DROP TRIGGER append_only ON "{self.table}"',
        ]


class Balanced(_Guard):
    """The `amount_fen` of all rows of one `entry_id` add up to 0 when the transaction commits.

    Looks at all rows of the entry for each of them; ChainedLegs costs an eighth of it.
    """

    def put_up(self) -> Statements:
        return [
            f'CREATE CONSTRAINT TRIGGER balanced AFTER INSERT OR UPDATE OR DELETE ON "{self.table}"'
            " DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION public.kq_entry_balanced()",
        ]

    def take_down(self) -> Statements:
        return [f'DROP TRIGGER balanced ON "{self.table}"']


class ChainedLegs(_Guard):
    """An entry has as many legs as it says, they add up to 0, and none can follow; without a trigger.

    `ChainedLegs("settlement_posting", "settlement_journalentry")`: a leg carries `entry_id`, its
    number `n`, the number of the one before it (`prior`), how many there are (`legs`) and the sum
    without and with it (`before_fen`, `after_fen`); an entry carries `legs`, NULL without any. The
    keys demand that a leg's entry has as many legs as it says, that the leg before it stands
    there with the sum it goes on from, and that an entry has its last leg. The rest is said of
    each row alone, by constraints of the model: numbers run from 1 to `legs` and are used once,
    the first leg begins at 0, and the last one ends there.
    """

    def put_up(self) -> Statements:
        legs, (entries,) = self.table, self.arguments
        return [
            f'ALTER TABLE "{legs}" ADD CONSTRAINT leg_of_entry'
            f' FOREIGN KEY (entry_id, legs) REFERENCES "{entries}" (id, legs)',
            f'ALTER TABLE "{legs}" ADD CONSTRAINT leg_goes_on'
            " FOREIGN KEY (entry_id, prior, before_fen)"
            f' REFERENCES "{legs}" (entry_id, n, after_fen)',
            # An entry is written before its legs.
            f'ALTER TABLE "{entries}" ADD CONSTRAINT entry_last_leg'
            f' FOREIGN KEY (id, legs) REFERENCES "{legs}" (entry_id, n)'
            " DEFERRABLE INITIALLY DEFERRED",
        ]

    def take_down(self) -> Statements:
        legs, (entries,) = self.table, self.arguments
        return [
            f'ALTER TABLE "{entries}" DROP CONSTRAINT entry_last_leg',
            f'ALTER TABLE "{legs}" DROP CONSTRAINT leg_goes_on',
            f'ALTER TABLE "{legs}" DROP CONSTRAINT leg_of_entry',
        ]


class FrozenWhenPublished(_Guard):
    """A row whose `published_at` is set may neither change nor go.

    `FrozenWhenPublished("catalog_item", "retired_at")`: the further names are the columns that may
    still be written after publication.
    """

    def put_up(self) -> Statements:
        free = ", ".join(f"'{name}'" for name in self.arguments)
        return [
            f'CREATE TRIGGER published_frozen BEFORE UPDATE OR DELETE ON "{self.table}" '
            f"FOR EACH ROW EXECUTE FUNCTION public.kq_published_frozen({free})",
        ]

    def take_down(self) -> Statements:
        return [f'DROP TRIGGER published_frozen ON "{self.table}"']


class StepByStep(_Guard):
    """A row's state goes one step forward at a time, row after row; back only with a new cause.

    `StepByStep(table, "state", "starts_on", "reopening_id", "open", "locked", "closed")`: the
    column of the state, the column whose order the rows follow, the column that must change to go
    back to the first state, and the states. Forward: no earlier row may be behind. Back: no later
    row may be beyond the first state. A row begins in the first state, never before one that is
    beyond it, and goes only while it is in it; the order column never changes beyond it.
    """

    def put_up(self) -> Statements:
        words = ", ".join(f"'{name}'" for name in self.arguments)
        return [
            f'CREATE TRIGGER step_by_step BEFORE INSERT OR UPDATE OR DELETE ON "{self.table}" '
            f"FOR EACH ROW EXECUTE FUNCTION public.kq_step_by_step({words})",
        ]

    def take_down(self) -> Statements:
        return [f'DROP TRIGGER step_by_step ON "{self.table}"']


class OnlyWhile(_Guard):
    """Rows are added only while the row they belong to is in one state.

    `OnlyWhile("settlement_journalentry", "period_id", "state", "open")`: the key to the other
    row, the column of its state, and the state. The other table is found by the foreign key.
    """

    def put_up(self) -> Statements:
        words = ", ".join(f"'{name}'" for name in self.arguments)
        return [
            f'CREATE TRIGGER only_while BEFORE INSERT ON "{self.table}" '
            f"FOR EACH ROW EXECUTE FUNCTION public.kq_only_while({words})",
        ]

    def take_down(self) -> Statements:
        return [f'DROP TRIGGER only_while ON "{self.table}"']
