"""Reads conditions and triggers of a flow."""

from collections.abc import Iterator

from catalog.checked_table import CheckedTable
from workorders.flow.shape import Action, Condition, Trigger
from workorders.flow.words import (
    ACTIONS,
    ASSIGN_WAYS,
    EVENTS,
    FACTS,
    LONGEST_LEAD,
    MARKS,
    NUMBER_FACTS,
    RECEIVERS,
    TIMED,
)

ANSWER = "answer."
_CLOSED = {
    "to": RECEIVERS,
    "how": frozenset(ASSIGN_WAYS),
}


def read_conditions(row: CheckedTable, key: str = "when") -> tuple[Condition, ...]:
    """Read a list of {fact, any_of | none_of | at_least, below}; numbers are whole thousandths."""
    return tuple(_condition(each) for each in row.tables(key))


def _condition(row: CheckedTable) -> Condition:
    row.only("fact", "any_of", "none_of", "at_least", "below")
    fact = row.text("fact")
    found = Condition(
        fact=fact,
        any_of=row.texts("any_of"),
        none_of=row.texts("none_of"),
        at_least=row.whole_or_none("at_least"),
        below=row.whole_or_none("below"),
    )
    has_codes = bool(found.any_of or found.none_of)
    has_bounds = found.at_least is not None or found.below is not None
    is_answer = fact.startswith(ANSWER)
    if fact and fact not in FACTS and fact not in NUMBER_FACTS and not is_answer:
        row.wrong("fact", f"{fact} is no fact")
    elif has_codes == has_bounds:
        row.wrong("fact", "needs codes (any_of, none_of) or bounds (at_least, below)")
    elif not is_answer and has_bounds != (fact in NUMBER_FACTS):
        row.wrong("fact", f"{fact} is compared in another way")
    if fact == "mark":
        for code in {*found.any_of, *found.none_of} - set(MARKS):
            row.wrong("fact", f"{code} is no mark")
    return found


def read_triggers(table: CheckedTable) -> Iterator[Trigger]:
    """Read the triggers: {key, on, stage?, when?, do: [{action, …its values}]}.

    Events of TIMED have minutes and business_time?, task_done has task?.
    """
    for row in table.tables("triggers"):
        row.only("key", "on", "stage", "when", "do", "minutes", "business_time", "task")
        on = row.text("on")
        minutes = row.whole_or_none("minutes", low=1)
        if (on in TIMED) != (minutes is not None) or (minutes or 0) > LONGEST_LEAD:
            row.wrong("minutes", f"1 to {LONGEST_LEAD} for {', '.join(TIMED)}, else none")
        if on and on not in EVENTS:
            row.wrong("on", f"{on} is not one of {', '.join(EVENTS)}")
        yield Trigger(
            key=row.text("key"),
            on=on,
            stage=row.text("stage", ""),
            when=read_conditions(row),
            actions=tuple(_action(each) for each in row.tables("do", needed=True)),
            minutes=minutes or 0,
            business_time=row.flag("business_time", default=False),
            task=row.text("task", ""),
        )


def _action(row: CheckedTable) -> Action:
    kind = row.text("action")
    if kind not in ACTIONS:
        row.wrong("action", f"{kind} is not one of {', '.join(ACTIONS)}")
        return Action(kind, ())
    names = [name.rstrip("?") for name in ACTIONS[kind]]
    row.only("action", *names)
    values = []
    for wanted in ACTIONS[kind]:
        name = wanted.rstrip("?")
        value = row.text(name, "" if wanted.endswith("?") else None)
        if value and value not in _CLOSED.get(name, {value}):
            row.wrong(name, f"{value} is not known here")
        values.append((name, value))
    return Action(kind, tuple(values))
