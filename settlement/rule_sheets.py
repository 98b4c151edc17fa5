"""A published rule body as a page people can read: steps in order, tables as grids, an example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts, restored
from settlement.engine.words import fact_word, measured, percent, said, yuan
from settlement.explaining import code_names, note_of, reasons
from settlement.models import RuleSetVersion, Settlement
from settlement.rule_formulas import formula
from settlement.selectors import visible_settlements
from settlement.services.parties import SUPPLIER
from settlement.services.rules_in_force import compiled

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.engine.result import Outcome
    from settlement.engine.rules import Compiled

PARTIES = {
    "installer": gettext_lazy("Installer"),
    "channel": gettext_lazy("Channel"),
    "tax": gettext_lazy("Tax"),
    "hq": gettext_lazy("Headquarters"),
    "branch": gettext_lazy("Branch"),
    "agent": gettext_lazy("Regional agent"),
    "dealer": gettext_lazy("Dealer"),
    "outlet": gettext_lazy("Service outlet"),
    "home_branch": gettext_lazy("Installer's branch"),
    "clerk": gettext_lazy("Guide"),
}


TITLES = {"tier": gettext_lazy("Tiers"), "price": gettext_lazy("Prices")}
"""Names of tables that our own contracts use; a tenant's other names are shown as they are."""


@dataclass(frozen=True, slots=True)
class StepShown:
    """One component: what it is called, whom it pays, from what, when, and how much."""

    number: int
    code: str
    label: str
    party: str
    base: str
    when: str
    formula: str


@dataclass(frozen=True, slots=True)
class TableShown:
    """A decision table or price grid as columns and rows of words."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ExampleLine:
    """A line of the worked example."""

    label: str
    party: str
    note: str
    amount_fen: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A job computed with these rules; `number` names the work order it comes from, if any."""

    number: str
    paid_fen: int
    lines: tuple[ExampleLine, ...]
    total_fen: int


@dataclass(frozen=True, slots=True)
class BodyShown:
    """Rules in words: steps in order, named sums, tables."""

    steps: tuple[StepShown, ...]
    sums: tuple[tuple[str, str], ...]
    tables: tuple[TableShown, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of a version, ready for a page."""

    version: RuleSetVersion
    body: BodyShown
    warnings: tuple[str, ...]


def version_by_id(version_id: int) -> RuleSetVersion | None:
    """Return a version with its rule set."""
    found = RuleSetVersion.objects.select_related("rule_set", "published_by", "approved_by")
    return found.filter(pk=version_id).first()


def sheet_of(version: RuleSetVersion) -> Sheet:
    """Return a version as a page shows it."""
    return Sheet(
        version=version,
        body=body_shown(version.body, compiled(version).labels, code_names()),
        warnings=tuple(
            f"{found['path']}: {_(found['message']) % found['params']}"
            for found in version.checks.get("warnings", [])
        ),
    )


def body_shown(
    body: Mapping[str, Any], labels: Mapping[str, str], names: Mapping[str, Mapping[str, str]]
) -> BodyShown:
    """Return rules in words, published or not."""
    return BodyShown(
        steps=tuple(
            _step(number, raw, labels, names)
            for number, raw in enumerate(body["components"], start=1)
        ),
        sums=tuple(
            (str(raw.get("label", name)), _base(raw.get("of"), labels))
            for name, raw in body.get("sums", {}).items()
        ),
        tables=tuple(_tables(body, labels, names)),
    )


def _step(
    number: int,
    raw: Mapping[str, Any],
    labels: Mapping[str, str],
    names: Mapping[str, Mapping[str, str]],
) -> StepShown:
    party = raw.get("party", "")
    return StepShown(
        number=number,
        code=raw["code"],
        label=str(raw.get("label", raw["code"])),
        party=party_word(party) if party else _("several"),
        base=_base(raw.get("base"), labels),
        when=_conditions(raw.get("when"), names),
        formula=formula(raw, labels),
    )


def party_word(role: str) -> str:
    """Return a party's name for people."""
    if role.startswith(SUPPLIER):
        return _("supplier %(code)s") % {"code": role.removeprefix(SUPPLIER)}
    return str(PARTIES.get(role, role))


def _base(raw: object, labels: Mapping[str, str]) -> str:
    terms = raw if isinstance(raw, list) else [raw] if raw else []
    words: list[str] = []
    for term in map(str, terms):
        name = term.removeprefix("-")
        word = fact_word(name, _) if name.startswith("fact:") else labels.get(name, name)
        sign = ("− " if term != name else "+ ") if words or term != name else ""
        words.append(f"{sign}{word}")
    return " ".join(words)


def _conditions(raw: Any, names: Mapping[str, Mapping[str, str]]) -> str:
    if not raw:
        return ""
    cases = raw if isinstance(raw, list) else [raw]
    return _(" or ").join(
        _(" and ").join(
            f"{fact_word(fact, _)}: {value_word(fact, value, names)}"
            for fact, value in case.items()
        )
        for case in cases
    )


def value_word(fact: str, value: Any, names: Mapping[str, Mapping[str, str]]) -> str:
    """Return the value of a fact as people say it: names for codes, units for numbers."""
    known = names.get(fact, {})
    if isinstance(value, int) and str(value) in known:
        return known[str(value)]
    if isinstance(value, list):
        return " / ".join(known.get(str(each), str(each)) for each in value)
    if isinstance(value, int) and not isinstance(value, bool):
        return measured(fact, value)
    return known.get(value, said(value, _)) if isinstance(value, str) else said(value, _)


def _tables(
    body: Mapping[str, Any], labels: Mapping[str, str], names: Mapping[str, Mapping[str, str]]
) -> list[TableShown]:
    shown = [
        _decisions(str(name), raw["rows"], names) for name, raw in body.get("tables", {}).items()
    ]
    shown += [
        _decisions(str(labels.get(raw["code"], raw["code"])), raw["rows"], names)
        for raw in body["components"]
        if "rows" in raw
    ]
    shown += [_grid(str(name), raw, names) for name, raw in body.get("grids", {}).items()]
    return shown


def _decisions(
    title: str, rows: Sequence[Mapping[str, Any]], names: Mapping[str, Mapping[str, str]]
) -> TableShown:
    facts = list(dict.fromkeys(fact for row in rows for fact in row.get("when", {})))
    gives = list(dict.fromkeys(key for row in rows for key in row if key not in _ROW_OWN))
    return TableShown(
        title=str(TITLES.get(title, title)),
        columns=(
            _("Row"), *(fact_word(fact, _) for fact in facts), *(output_word(key) for key in gives)
        ),
        rows=tuple(
            (
                str(row.get("label") or row.get("id", "")),
                *(
                    value_word(fact, row["when"][fact], names) if fact in row.get("when", {}) else "—"
                    for fact in facts
                ),
                *(output_value(key, row.get(key)) for key in gives),
            )
            for row in rows
        ),
    )  # fmt: skip


_ROW_OWN = {"id", "label", "when"}


def output_word(key: str) -> str:
    """Return the heading of what a row gives: a factor, a rate or an amount."""
    if key == "coef_bp":
        return _("factor")
    if key.endswith("_bp"):
        return _("rate")
    return _("amount") if key.endswith("_fen") else key


def output_value(key: str, value: Any) -> str:
    """Return what a row gives, with its unit."""
    if value is None:
        return "—"
    if isinstance(value, list):
        return " / ".join(output_value(key, each) for each in value)
    if key.endswith("_bp"):
        return percent(int(value), 10_000)
    return yuan(int(value)) if key.endswith("_fen") else str(value)


def _grid(title: str, raw: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> TableShown:
    items = names.get("service_item", {})
    columns = raw.get("columns", [])
    heads = [str(column) for column in columns] or [_("price")]
    by = raw["rows_by"] if isinstance(raw["rows_by"], list) else [raw["rows_by"]]
    return TableShown(
        title=str(TITLES.get(title, title)),
        columns=(" / ".join(fact_word(fact, _) for fact in by), *heads),
        rows=tuple(
            (items.get(key, key), *(yuan(fen) for fen in (row if isinstance(row, list) else [row])))
            for key, row in sorted(
                raw["fen"].items(), key=lambda entry: (entry[0] not in items, entry[0])
            )
        ),
    )


def example_of(version: RuleSetVersion, *, actor: User) -> Example:
    """Return the latest job this person may see, settled with a version, or an invented one."""
    last = (
        visible_settlements(actor=actor)
        .filter(version=version, status=Settlement.Status.ACTIVE)
        .select_related("work_order")
        .order_by("-pk")
        .first()
    )
    facts = restored(last.facts) if last else _invented(version)
    outcome = settle(compiled(version), facts)
    return Example(
        number=last.work_order.number if last else "",
        paid_fen=facts.paid_fen or 0,
        lines=example_lines(compiled(version), outcome, code_names()),
        total_fen=outcome.total_fen,
    )


def example_lines(
    rules: Compiled, outcome: Outcome, names: Mapping[str, Mapping[str, str]]
) -> tuple[ExampleLine, ...]:
    """Return the lines of an outcome with their reasons."""
    return tuple(
        ExampleLine(
            label=rules.label_of(line.code),
            party=party_word(line.party),
            note=note_of(line, names),
            amount_fen=line.amount_fen,
            why=reasons(line, names),
        )
        for line in outcome.lines
    )


def _invented(version: RuleSetVersion) -> JobFacts:
    """A plain job of the first priced item at twice its price, 18 km away, in the afternoon."""
    prices = next(iter(version.body.get("grids", {"": {"fen": {"": 0}}}).values()))["fen"]
    item, price = next(iter(prices.items()))
    fen = price[0] if isinstance(price, list) else price
    return JobFacts(
        done_on=version.effective_from.isoformat(), month=version.effective_from.month,
        service_item=item, category=item, quantity=1, city_level="T2", branch="A", home_branch="B",
        channel="youzan", customer_level="normal", site_kind="urban", warehouse_direct=False,
        distance_m=18_000, visits=(), rain=False, urgent=True, night=False, high_work=False,
        grade="G4", certificates=(), rework=False, fault_own=False, reschedule_count=0,
        materials=(), stages=("completed",), paid_fen=2 * fen + 10_000, installer_month_orders=1,
        field_days=0,
    )  # fmt: skip
