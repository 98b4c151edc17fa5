"""The parts of a rule body as the list beside the form shows them, and what can be done with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import Refused
from settlement.engine.paths import join
from settlement.engine.proving.finding import FAULT, GAP, WARNING
from settlement.rule_sheets import table_word
from settlement.rulebook.entries import moved
from settlement.rulebook.kinds import KINDS
from settlement.rulebook.period_form import fresh_bonus
from settlement.rulebook.renames import Rename, follow, forget

if TYPE_CHECKING:
    from settlement.rulebook.found import Found

GENERAL = "general"
SECTIONS = {"c": "components", "t": "tables", "g": "grids", "s": "sums", "p": "period"}
IN_ORDER = ("c", "p")
"""Lists whose entries go by their code."""
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PartShown:
    """One entry of the list: where it leads, its words, how much is wrong with it."""

    part: str
    number: int
    label: str
    note: str
    faults: int
    warnings: int
    first: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class PartsShown:
    """The list: components in their order, then tables, grids and sums."""

    general: PartShown
    components: tuple[PartShown, ...]
    groups: tuple[tuple[str, str, tuple[PartShown, ...]], ...]


def split_part(part: str) -> tuple[str, str]:
    """Return the letter and the name of a part; ("", "") for one that is none."""
    letter, _dot, name = part.partition(".")
    return (letter, name) if letter in SECTIONS and name else ("", "")


def part_path(part: str) -> str:
    """Return the path of a part in a body."""
    letter, name = split_part(part)
    return join([SECTIONS[letter], name]) if letter else ""


def raw_of(body: Mapping[str, Any], part: str) -> Any:
    """Return what stands at a part; None when there is none."""
    letter, name = split_part(part)
    if letter in IN_ORDER:
        entries = body.get(SECTIONS[letter], [])
        return next((each for each in entries if each.get("code") == name), None)
    return body.get(SECTIONS[letter], {}).get(name) if letter else body


def parts_shown(body: Mapping[str, Any], findings: list[Found]) -> PartsShown:
    """Return the list of parts with the number of findings at each."""

    def entry(part: str, label: str, note: str, number: int = 0, **ends: bool) -> PartShown:
        mine = [each.level for each in findings if each.part == part]
        return PartShown(
            part, number, label, note, mine.count(FAULT), mine.count(WARNING) + mine.count(GAP),
            **ends,
        )  # fmt: skip

    components = body.get("components", [])
    return PartsShown(
        general=entry(GENERAL, _("Name, version, parties"), str(body.get("version", ""))),
        components=tuple(
            entry(
                f"c.{raw.get('code')}", str(raw.get("label") or raw.get("code")),
                str(KINDS[raw["kind"]].label) if raw.get("kind") in KINDS else "",
                number, first=number == 1, last=number == len(components),
            )
            for number, raw in enumerate(components, start=1)
        ),
        groups=(
            ("t", _("Tables"), tuple(
                entry(f"t.{name}", table_word(name), _("%(n)d rows") % {"n": len(raw["rows"])})
                for name, raw in body.get("tables", {}).items()
            )),
            ("g", _("Price grids"), tuple(
                entry(f"g.{name}", table_word(name), _("%(n)d rows") % {"n": len(raw["fen"])})
                for name, raw in body.get("grids", {}).items()
            )),
            ("s", _("Named sums"), tuple(
                entry(f"s.{name}", str(raw.get("label", name)), "")
                for name, raw in body.get("sums", {}).items()
            )),
            ("p", _("Bonuses of a period"), tuple(
                entry(
                    f"p.{raw.get('code')}", str(raw.get("label") or raw.get("code")),
                    _("%(n)d rows") % {"n": len(raw.get("brackets", ()))},
                )
                for raw in body.get("period", ())
            )),
        ),
    )  # fmt: skip


def move(body: Raw, part: str, step: int) -> None:
    """Move a component up or down."""
    at = _at(body, part)
    if at is not None:
        moved(body["components"], at, step)


def move_to(body: Raw, part: str, at: int) -> None:
    """Move a component to a place, as a drag does."""
    old = _at(body, part)
    if old is not None:
        body["components"].insert(max(0, at), body["components"].pop(old))


def copy(body: Raw, part: str) -> str:
    """Put a copy of a part behind it; return the copy's part."""
    letter, name = split_part(part)
    raw = raw_of(body, part)
    if raw is None:
        return GENERAL
    again = deepcopy(raw)
    if letter == "c":
        again["code"] = _free_code(body, name)
        again["label"] = _("%(name)s (copy)") % {"name": raw.get("label", name)}
        for row in (*again.get("shares", ()), *again.get("milestones", ())):
            row["code"] = _free_code(body, str(row.get("code", name)))
        body["components"].insert((_at(body, part) or 0) + 1, again)
        return f"c.{again['code']}"
    if letter == "p":
        again["code"] = _free_bonus(body, name)
        again["label"] = _("%(name)s (copy)") % {"name": raw.get("label", name)}
        body["period"].append(again)
        return f"p.{again['code']}"
    new = _free_name(body[SECTIONS[letter]], name)
    body[SECTIONS[letter]][new] = again
    return f"{letter}.{new}"


def remove(body: Raw, part: str) -> None:
    """Take a part away, and its name out of what names it."""
    letter, name = split_part(part)
    if letter in IN_ORDER:
        section = SECTIONS[letter]
        body[section] = [each for each in body.get(section, []) if each.get("code") != name]
        if letter == "p" and not body[section]:
            del body[section]
    elif letter:
        body.get(SECTIONS[letter], {}).pop(name, None)
    if letter:
        forget(body, SECTIONS[letter], name)


def rename(body: Raw, old: str, new: str) -> None:
    """Follow a component's new code wherever the old one is named."""
    if new in [c.get("code") for c in body["components"] if c.get("code") != new]:
        raise Refused("rules.code", _("Another component has this code"))
    follow(body, Rename("components", old, new))


def put_bonus(body: Raw, name: str, new: Raw) -> str:
    """Put a bonus in its place in the list, also under another code; return its part."""
    codes = [each.get("code") for each in body["period"]]
    if new["code"] != name and new["code"] in codes:
        raise Refused("rules.code", _("Another component has this code"))
    body["period"][codes.index(name)] = new
    if new["code"] != name:
        follow(body, Rename("period", name, new["code"]))
    return f"p.{new['code']}"


def rename_named(body: Raw, letter: str, old: str, new: str) -> str:
    """Give a table, grid or sum another name wherever it is used; return its part."""
    section = body.get(SECTIONS[letter], {})
    if not new or new in (old, table_word(old)) or letter == "s":
        return f"{letter}.{old}"
    if new in section:
        raise Refused("rules.name_taken", _("Another part has this name"))
    section[new] = section.pop(old)
    follow(body, Rename(SECTIONS[letter], old, new))
    return f"{letter}.{new}"


def add(body: Raw, letter: str, kind: str = "") -> str:
    """Add an empty part at the end of its list; return it."""
    if letter == "c":
        chosen = KINDS.get(kind)
        if chosen is None:
            raise Refused("rules.kind", _("Choose what kind of component to add"))
        code = _free_code(body, kind.upper().replace("_", "")[:12])
        party = {} if kind == "split" else {"party": (body.get("parties") or ["installer"])[0]}
        body["components"] = [
            *body.get("components", []),
            {"code": code, "label": str(chosen.label), "kind": kind, **party,
             **deepcopy(dict(chosen.start))},
        ]  # fmt: skip
        return f"c.{code}"
    if letter == "p":
        code = _free_bonus(body, "BONUS")
        party = (body.get("parties") or ["installer"])[0]
        body["period"] = [*body.get("period", []), fresh_bonus(code, party)]
        return f"p.{code}"
    names = {"t": "table", "g": "prices", "s": "sum"}
    if letter not in names:
        raise Refused("rules.part", _("Choose what to add"))
    starts: dict[str, Raw] = {
        "t": {"hit": "FIRST", "rows": []},
        "g": {"rows_by": ["service_item"], "fen": {}},
        "s": {"label": _("New sum"), "of": []},
    }
    section = body.setdefault(SECTIONS[letter], {})
    name = _free_name(section, names[letter])
    section[name] = starts[letter]
    return f"{letter}.{name}"


def _at(body: Mapping[str, Any], part: str) -> int | None:
    _letter, name = split_part(part)
    codes = [each.get("code") for each in body.get("components", [])]
    return codes.index(name) if part.startswith("c.") and name in codes else None


def _free_code(body: Mapping[str, Any], like: str) -> str:
    taken = set(body.get("sums", {}))
    for each in body.get("components", []):
        taken.add(each.get("code"))
        taken |= {r.get("code") for r in (*each.get("shares", ()), *each.get("milestones", ()))}
    stem = re.sub(r"\d+$", "", like)[:14] or "C"
    return like if like not in taken else next(
        f"{stem}{n}" for n in range(2, 10_000) if f"{stem}{n}" not in taken
    )  # fmt: skip


def _free_bonus(body: Mapping[str, Any], like: str) -> str:
    taken = {each.get("code"): each for each in body.get("period", ())}
    stem = re.sub(r"\d+$", "", like)[:14] or "BONUS"
    return like if like not in taken else next(
        f"{stem}{n}" for n in range(2, 10_000) if f"{stem}{n}" not in taken
    )  # fmt: skip


def _free_name(section: Mapping[str, Any], like: str) -> str:
    stem = re.sub(r"-\d+$", "", like)
    return like if like not in section else next(
        f"{stem}-{n}" for n in range(2, 10_000) if f"{stem}-{n}" not in section
    )  # fmt: skip
