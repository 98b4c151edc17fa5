"""Reads the stages of a flow, and what departments do in them."""

from catalog.checked_table import CheckedTable
from workorders.flow.meaning import Meaning
from workorders.flow.reading_conditions import read_conditions
from workorders.flow.shape import Stage, Task
from workorders.flow.words import ROLES

# A year of working days: the hours of business are counted day by day.
LONGEST_BUSINESS_TIME = 250 * 9 * 60


def read_stage(row: CheckedTable) -> Stage:
    """Read one stage."""
    row.only(
        "key", "name", "meaning", "sla_minutes", "business_time", "department", "role", "hint",
        "form", "block", "quiet", "carries", "tasks",
    )  # fmt: skip
    meaning = row.text("meaning")
    if meaning and meaning not in Meaning.__members__:
        row.wrong("meaning", f"{meaning} is no meaning")
    sla_minutes, business_time = _limit(row)
    return Stage(
        key=row.text("key"),
        name=row.text("name"),
        meaning=Meaning.__members__.get(meaning, Meaning.WAITING),
        sla_minutes=sla_minutes,
        department=row.text("department", ""),
        role=row.text("role", ""),
        business_time=business_time,
        hint=row.text("hint", ""),
        form=row.text("form", ""),
        block=row.text("block", ""),
        quiet=row.flag("quiet", default=False),
        carries=row.flag("carries", default=False),
        tasks=tuple(_read_task(each) for each in row.tables("tasks")),
    )


def _limit(row: CheckedTable) -> tuple[int | None, bool]:
    sla_minutes = row.whole_or_none("sla_minutes", low=1)
    business_time = row.flag("business_time", default=False)
    if business_time and not 0 < (sla_minutes or 0) <= LONGEST_BUSINESS_TIME:
        row.wrong("business_time", f"needs sla_minutes from 1 to {LONGEST_BUSINESS_TIME}")
    return sla_minutes, business_time


def _read_task(row: CheckedTable) -> Task:
    row.only(
        "key", "name", "role", "department", "sla_minutes", "business_time", "form", "when"
    )  # fmt: skip
    role = row.text("role")
    if role and role not in ROLES - {"system"}:
        row.wrong("role", f"{role} is no role")
    sla_minutes, business_time = _limit(row)
    return Task(
        key=row.text("key"),
        name=row.text("name"),
        role=role,
        department=row.text("department", ""),
        sla_minutes=sla_minutes,
        business_time=business_time,
        form=row.text("form", ""),
        when=read_conditions(row),
    )
