"""When a component counts: cases of facts and cells, one of which has to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.engine.facts import fact_kind
from settlement.rulebook.cell_words import ANY, cell_text, example_of, read_typed
from settlement.rulebook.entries import Entry, Posted, place_of, put
from settlement.rulebook.typed import TypedError

if TYPE_CHECKING:
    from settlement.rulebook.vocabulary import Vocabulary


def cases_of(raw: Any) -> list[dict[str, Any]]:
    """Return the cases of a condition as a list."""
    return [dict(case) for case in (raw if isinstance(raw, list) else [raw] if raw else [])]


def condition_entry(raw: Any, words: Vocabulary, posted: Posted | None = None) -> Entry:
    """Return the entry of a condition: its cases, each with rows of a fact and a cell."""
    errors = posted.errors if posted else {}
    cases = []
    for number, case in enumerate(cases_of(raw)):
        rows = []
        for fact, value in case.items():
            name = f"when:{number}:{fact}"
            rows.append(cell_entry(name, fact, value, words, posted))
        cases.append({"at": number, "rows": rows, "error": errors.get(f"when_add:{number}", "")})
    return Entry("when", _("When"), "when", cases)


def cell_entry(
    name: str, fact: str, raw: Any, words: Vocabulary, posted: Posted | None = None
) -> Entry:
    """Return the entry of one cell; what was typed wrong stands there as it was typed."""
    error = posted.errors.get(name, "") if posted else ""
    shown = str(posted.post.get(name, "")) if posted and error else cell_text(fact, raw, words)
    options = [("", _("any")), (_("yes"), _("yes")), (_("no"), _("no"))]
    is_flag = fact_kind(fact) == "flag" and shown in {value for value, _word in options}
    return Entry(
        name, words.word(fact), "flag" if is_flag else "cell", shown,
        options if is_flag else (), _("any"), example_of(fact, words), error,
        extra={"fact": fact},
    )  # fmt: skip


def read_cell_entry(name: str, fact: str, posted: Posted, words: Vocabulary, old: Any) -> Any:
    """Return the cell that was posted; a wrong one leaves the old in place."""
    if not posted.has(name):
        return old
    typed = str(posted.post.get(name, ""))
    if typed.strip() == cell_text(fact, old, words):
        return old
    try:
        return read_typed(fact, typed, words)
    except TypedError as error:
        posted.errors[name] = str(error)
        return old


def read_condition(raw: dict[str, Any], posted: Posted, words: Vocabulary) -> None:
    """Write the condition that was posted into a component."""
    if not posted.has("when_shown"):
        return
    cases = cases_of(raw.get("when"))
    for number, case in enumerate(cases):
        for fact, old in list(case.items()):
            case[fact] = read_cell_entry(f"when:{number}:{fact}", fact, posted, words, old)
        _add_fact(case, f"when_add:{number}", posted, words)
    if posted.text("when_add:new"):
        fresh: dict[str, Any] = {}
        _add_fact(fresh, "when_add:new", posted, words)
        if fresh:
            cases.append(fresh)
    what, *where = posted.op
    if what == "when-drop" and len(where) > 1:
        at = place_of(where[0])
        if at is not None and at < len(cases):
            cases[at].pop(":".join(where[1:]), None)
    cases = [case for case in cases if case]
    put(raw, "when", cases[0] if len(cases) == 1 else cases or None)


def _add_fact(case: dict[str, Any], name: str, posted: Posted, words: Vocabulary) -> None:
    typed = posted.text(name)
    if not typed:
        return
    fact = words.fact_of(typed)
    if fact is None:
        posted.errors[name] = unknown_fact(typed)
    else:
        case.setdefault(fact, ANY)


def unknown_fact(typed: str) -> str:
    """Return the sentence for a fact nobody knows."""
    return _("There is no fact “%(typed)s”; choose one from the list") % {"typed": typed}
