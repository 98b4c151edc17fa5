"""A published rule body as a page people can read: steps in order, tables as grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from settlement.engine.tables import MATERIAL
from settlement.engine.words import fact_word, measured, percent, said, yuan
from settlement.explaining import code_names
from settlement.models import RuleSetVersion
from settlement.rule_formulas import formula
from settlement.services.parties import SUPPLIER, UNIT
from settlement.services.rules_in_force import compiled

PARTIES = {
    "installer": gettext_lazy("Installer"),
    "channel": gettext_lazy("Channel"),
    "tax": gettext_lazy("Tax"),
    "hq": gettext_lazy("Headquarters"),
    "branch": gettext_lazy("Branch"),
    "agent": gettext_lazy("Regional agent"),
    "dealer": gettext_lazy("Dealer"),
    "first_installer": gettext_lazy("Installer of the first order"),
    "outlet": gettext_lazy("Service outlet"),
    "home_branch": gettext_lazy("Installer's branch"),
    "clerk": gettext_lazy("Guide"),
}


TITLES = {
    "tier": gettext_lazy("Tiers"),
    "price": gettext_lazy("Prices"),
    "purchases": gettext_lazy("Purchase prices"),
}
"""Names of tables that our own contracts use; a tenant's other names are shown as they are."""


def table_word(name: str) -> str:
    """Return the word of a shared table or price list."""
    stem, _dash, number = name.partition("-")
    if number.isdecimal() and stem in TITLES:
        return f"{TITLES[stem]} {number}"
    return str(TITLES.get(name, name))


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


def version_by_id(version_id: int) -> RuleSetVersion | None:
    """Return a version with its rule set."""
    found = RuleSetVersion.objects.select_related("rule_set", "published_by", "approved_by")
    return found.filter(pk=version_id).first()


def sheet_of(version: RuleSetVersion) -> Sheet:
    """Return a version as a page shows it."""
    return Sheet(
        version=version,
        body=body_shown(version.body, compiled(version).labels, code_names()),
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
    if role.startswith(UNIT):
        return _("always %(unit)s") % {"unit": role.removeprefix(UNIT)}
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
            fact_word(fact, _) + _(": ") + value_word(fact, value, names)
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
    shown += [_bonus(raw) for raw in body.get("period", ())]
    return shown


def _bonus(raw: Mapping[str, Any]) -> TableShown:
    """A bonus of a period: from how much on it gives what, and how its brackets count."""
    counts = raw.get("measure") == "orders"
    way = _("each bracket for its own part") if raw.get("mode") == "graduated" else ""
    return TableShown(
        title=f"{raw.get('label', raw['code'])} · {party_word(str(raw.get('party', '')))}",
        columns=(
            _("orders of the period") if counts else _("earnings of the period"),
            way or _("the bracket reached holds for all"),
        ),
        rows=tuple(
            (
                str(row["from"]) if counts else yuan(row["from"]),
                _("%(money)s a job") % {"money": yuan(row["each_fen"])}
                if "each_fen" in row
                else percent(row["rate_bp"], 10_000),
            )
            for row in raw.get("brackets", ())
        ),
    )


def _decisions(
    title: str, rows: Sequence[Mapping[str, Any]], names: Mapping[str, Mapping[str, str]]
) -> TableShown:
    facts = list(dict.fromkeys(fact for row in rows for fact in row.get("when", {})))
    gives = list(dict.fromkeys(key for row in rows for key in row if key not in _ROW_OWN))
    return TableShown(
        title=table_word(title),
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
    columns = raw.get("columns", [])
    heads = [str(column) for column in columns] or [_("price")]
    by = raw["rows_by"] if isinstance(raw["rows_by"], list) else [raw["rows_by"]]
    items = names.get("materials" if by == [MATERIAL] else "service_item", {})
    return TableShown(
        title=table_word(title),
        columns=(" / ".join(fact_word(fact, _) for fact in by), *heads),
        rows=tuple(
            (items.get(key, key), *(yuan(fen) for fen in (row if isinstance(row, list) else [row])))
            for key, row in sorted(
                raw["fen"].items(), key=lambda entry: (entry[0] not in items, entry[0])
            )
        ),
    )
