"""The job of the worked example: a real one or an invented one, with facts that can be changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from catalog.selectors import active_items
from common import clock, formatting
from settlement.engine.facts import EXTRA, JobFacts, code_value, fact_kind, restored
from settlement.models import Settlement
from settlement.rulebook.entries import Entry, Option, Posted
from settlement.rulebook.typed import TypedError, read_clock, unit_of_fact
from settlement.visibility import settlements_seen_whole
from settlement.visits import visit_parts

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.engine.rules import Compiled
    from settlement.models import RuleSet
    from settlement.rulebook.vocabulary import Vocabulary

SAMPLES = 8
MOST_OPTIONS = 80
# Facts people think of first; the others a rule set looks at follow.
FIRST = ("service_item", "quantity", "city_level", "distance_m", "visits", "grade", "paid_fen",
         "urgent", "rain")  # fmt: skip
# Kept as the sample has them: a person would not type them.
KEPT = {"materials", "charges", "stages", "done_on"}


def samples(rule_set: RuleSet, *, actor: User, within: str = "") -> list[Option]:
    """Return the last settled orders as choices, after the invented job.

    Those whose money this person may see in full, as the example shows it.

    `within` is the path of a region: only orders there.
    """
    theirs = settlements_seen_whole(actor=actor)
    if within:
        theirs = theirs.filter(work_order__site_region__path__startswith=within)
    found = (
        theirs.filter(version__rule_set=rule_set, status=Settlement.Status.ACTIVE)
        .select_related("work_order__item_version__item")
        .order_by("-pk")[:SAMPLES]
    )
    return [("", _("An invented job"))] + [
        (
            str(each.pk),
            f"{each.work_order.number} · {each.work_order.item_version.item.name} · "
            f"{formatting.money(each.gross_fen)}",
        )
        for each in found
    ]


def sample_facts(
    rule_set: RuleSet, body: Mapping[str, Any], chosen: str, *, actor: User,
    there: Mapping[str, Any],
) -> JobFacts:  # fmt: skip
    """Return the facts of the chosen order if this person sees all its money, else of the invented job.

    `there` are the facts of the place the invented job lies in; without them it lies anywhere.
    """
    found = None
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 18:
        mine = settlements_seen_whole(actor=actor)
        found = mine.filter(pk=int(chosen), version__rule_set=rule_set).first()
    return restored(found.facts) if found else replace(invented(body), **there)


def invented(body: Mapping[str, Any]) -> JobFacts:
    """Return a plain job: the first priced item, 18 km away, on a workday afternoon."""
    grids = [grid["fen"] for grid in body.get("grids", {}).values() if grid.get("fen")]
    prices: Mapping[str, Any] = grids[0] if grids else {"": 10_000}
    item = min(prices)
    price = prices[item]
    fen = price[0] if isinstance(price, list) and price else price
    category = active_items().filter(code=item).values_list("category", flat=True).first()
    day = clock.business_day()
    start = datetime(day.year, day.month, day.day, 6, 0, tzinfo=UTC)
    return JobFacts(
        done_on=day.isoformat(), month=day.month, service_item=item, category=category or item, quantity=1,
        city_level="T2", branch="A", home_branch="A", channel="youzan", customer_level="normal",
        site_kind="urban", warehouse_direct=False, distance_m=18_000,
        visits=visit_parts(start, start + timedelta(minutes=90)), rain=False, urgent=False,
        night=False, high_work=False, floor=1, grade="G3", certificates=(), rating_x10=48,
        rework=False, fault_own=False, reschedule_count=0, materials=(), stages=("completed",),
        paid_fen=2 * (fen if isinstance(fen, int) else 10_000) + 10_000,
        installer_month_orders=1, field_days=0,
    )  # fmt: skip


def looked_at(compiled: Compiled) -> list[str]:
    """Return the facts these rules look at, those people think of first in front."""
    used: dict[str, None] = {}
    for piece in compiled.pieces:
        used |= dict.fromkeys([*piece.reads, *(piece.when.inputs if piece.when else ())])
    return [*(f for f in FIRST if f in used), *(f for f in used if f not in FIRST)]


def fact_entries(
    facts: JobFacts, used: Sequence[str], words: Vocabulary, posted: Posted | None = None
) -> list[Entry]:
    """Return one entry for each fact; what was typed wrong stands as it was typed."""
    return [e for name in used if name not in KEPT for e in _entries(name, facts, words, posted)]


def _entries(
    name: str, facts: JobFacts, words: Vocabulary, posted: Posted | None
) -> Iterator[Entry]:
    field, label = f"f:{name}", words.word(name)
    value = facts.extra.get(name[len(EXTRA) :]) if name.startswith(EXTRA) else getattr(facts, name)
    error = posted.errors.get(field, "") if posted else ""
    if name == "visits":
        yield from _visit_entries(facts, posted)
        return
    known = words.names.get(name, {})
    if fact_kind(name) == "flag":
        options = [("", _("not known")), ("1", _("yes")), ("0", _("no"))]
        chosen = "" if value is None else str(int(value))
        yield Entry(field, label, "select", chosen, options)
    elif fact_kind(name) == "number":
        shown = "" if value is None else unit_of_fact(name).say(value)
        if posted and error:
            shown = str(posted.post.get(field, ""))
        yield Entry(field, label, "number", shown, (), _("not known"), error=error)
    elif fact_kind(name) == "codes":
        shown = _(", ").join(known.get(code, code) for code in value or ())
        yield Entry(field, label, "text", shown, example=_("none"))
    elif 0 < len(known) <= MOST_OPTIONS:
        options = [("", _("not known")), *known.items()]
        if value and str(value) not in known:
            options.append((str(value), str(value)))
        yield Entry(field, label, "select", str(value or ""), options)
    else:
        yield Entry(field, label, "text", known.get(str(value), str(value or "")))


def _visit_entries(facts: JobFacts, posted: Posted | None) -> Iterator[Entry]:
    day, start, end = visit_times(facts)
    errors = posted.errors if posted else {}
    post = posted.post if posted else {}
    for key, label, value, widget in (
        ("f:visit_day", _("Day of the visit"), day, "date"),
        ("f:visit_from", _("From"), start, "text"),
        ("f:visit_to", _("To"), end, "text"),
    ):
        error = errors.get(key, "")
        shown = str(post.get(key, "")) if error else value
        yield Entry(key, label, widget, shown, example="14:00", error=error)


def visit_times(facts: JobFacts) -> tuple[str, str, str]:
    """Return day, beginning and end of the visits as they are typed; "" while not known."""
    if not facts.visits:
        return "", "", ""
    first, last = facts.visits[0], facts.visits[-1]
    return first.day, _clock(first.start_min), _clock(last.end_min)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def read_facts(facts: JobFacts, used: Sequence[str], posted: Posted, words: Vocabulary) -> JobFacts:
    """Return the facts with what was typed over them; a wrong entry leaves its fact as it was."""
    changed: dict[str, Any] = {}
    extra = dict(facts.extra)
    for name in used:
        field = f"f:{name}"
        if name == "visits":
            changed |= _read_visits(posted)
        elif name in KEPT or not posted.has(field):
            continue
        elif name == "cross_branch":
            changed |= _branches(facts, str(posted.post[field]))
        elif name == "unpaid_returns":
            changed |= _read_one("reschedule_count", field, posted, words)
        elif name.startswith(EXTRA):
            extra[name[len(EXTRA) :]] = _free(str(posted.post[field]).strip())
        else:
            changed |= _read_one(name, field, posted, words)
    return replace(facts, **changed, extra=extra)


def _read_one(name: str, field: str, posted: Posted, words: Vocabulary) -> dict[str, Any]:
    typed = str(posted.post[field]).strip()
    kind = fact_kind(name)
    if kind == "flag":
        return {name: None if typed == "" else typed == "1"}
    if kind == "number":
        value = posted.read(field, unit_of_fact(name).read)
        return {} if field in posted.errors else {name: value}
    codes = {word: code for code, word in words.names.get(name, {}).items()}
    if kind == "codes":
        parts = [each.strip() for each in typed.replace("，", ",").split(",") if each.strip()]
        return {name: tuple(codes.get(each, each) for each in parts)}
    code = codes.get(typed, typed) or None
    return {name: code_value(code) if code and kind == "code" else code}


def _branches(facts: JobFacts, typed: str) -> dict[str, Any]:
    if typed == "":
        return {"home_branch": None}
    branch = facts.branch or "A"
    apart = facts.home_branch if facts.home_branch not in (None, branch) else f"{branch}-"
    return {"branch": branch, "home_branch": apart if typed == "1" else branch}


def _free(typed: str) -> Any:
    if re.fullmatch(r"-?\d{1,8}", typed, re.ASCII):
        return int(typed)
    return {"是": True, "否": False, "yes": True, "no": False}.get(typed, typed or None)


def _read_visits(posted: Posted) -> dict[str, Any]:
    if not posted.has("f:visit_day"):
        return {}
    day = posted.read("f:visit_day", _day)
    start, end = posted.read("f:visit_from", read_clock), posted.read("f:visit_to", read_clock)
    if any(f"f:visit_{key}" in posted.errors for key in ("day", "from", "to")):
        return {}
    if not (day and start and end):
        return {"visits": None}
    begin = _moment(day, start)
    finish = _moment(day, end)
    if finish <= begin:
        finish += timedelta(days=1)
    return {"visits": visit_parts(begin, finish)}


def _moment(day: date, typed: str) -> datetime:
    hour, minute = map(int, typed.split(":"))
    midnight = datetime(day.year, day.month, day.day, tzinfo=clock.CHINA)
    return midnight + timedelta(hours=hour, minutes=minute)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise TypedError(_("Enter a date such as 2026-01-31")) from error
    if not 2000 <= day.year <= 2100:
        raise TypedError(_("Enter a date such as 2026-01-31"))
    return day
