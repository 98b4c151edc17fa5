"""A part under another name: one change with everything that names it, not a removal and an addition."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

from settlement.engine.paths import ORDER, join, split
from settlement.engine.regional import PERMITS

if TYPE_CHECKING:
    from settlement.engine.paths import Change

NAME = "@"
"""The last step of the path a new name is told by: `/components/NIGHT/@`."""
_LISTS, _NAMED = ("components", "period"), ("tables", "grids")
_USED_BY = {"tables": ("table", "tier"), "grids": ("grid",)}
Raw = dict[str, Any]


class Rename(NamedTuple):
    """A component, bonus, table or grid that goes by another name."""

    section: str
    old: str
    new: str

    @property
    def path(self) -> str:
        """The place of the new name, under the old one."""
        return join([self.section, self.old, NAME])

    @property
    def back(self) -> Rename:
        """The same the other way round."""
        return Rename(self.section, self.new, self.old)


def rename_at(path: str, new: Any) -> Rename | None:
    """Return the rename a path of `Rename.path` tells; None for any other place."""
    steps = split(path)
    known = len(steps) == 3 and steps[2] == NAME and steps[0] in (*_LISTS, *_NAMED)
    return Rename(steps[0], steps[1], new) if known and isinstance(new, str) and new else None


def rename_in(found: Mapping[str, Change]) -> Rename | None:
    """Return the rename among the changes of one save.

    One save changes one part: a name that goes while another comes in the same list is that part.
    """
    for section in (*_LISTS, *_NAMED):
        gone, come = [], []
        for path, change in found.items():
            steps = split(path)
            if len(steps) == 2 and steps[0] == section and steps[1] != ORDER:
                gone += [steps[1]] if change.now is None else []
                come += [steps[1]] if change.was is None else []
        if len(gone) == len(come) == 1:
            return Rename(section, gone[0], come[0])
    return None


def names_in(body: Mapping[str, Any], section: str) -> list[str]:
    """Return the names of a section's parts."""
    entries = body.get(section, ())
    return [str(each.get("code")) for each in entries] if section in _LISTS else [*entries]


def renamed(body: Mapping[str, Any], rename: Rename) -> Raw:
    """Return a copy in which the part, and what names it, goes by the new name."""
    result = deepcopy(dict(body))
    section = result.get(rename.section, {})
    if rename.section in _LISTS:
        for entry in section:
            if entry.get("code") == rename.old:
                entry["code"] = rename.new
    elif rename.old in section:
        result[rename.section] = {
            (rename.new if name == rename.old else name): each for name, each in section.items()
        }
    follow(result, rename)
    return result


def follow(body: Raw, rename: Rename) -> None:
    """Write the new name wherever the old one is used: bases and sums, components, permits."""
    if rename.section == "components":
        rename_terms(body, rename.old, rename.new)
    for raw in body.get("components", ()):
        for key in _USED_BY.get(rename.section, ()):
            if raw.get(key) == rename.old:
                raw[key] = rename.new
    _permits(body, rename.section, rename.old, rename.new)


def forget(body: Raw, section: str, name: str) -> None:
    """Take a part that is gone out of what names it."""
    if section in ("components", "sums"):
        rename_terms(body, name, None)
    _permits(body, section, name, None)


def _permits(body: Raw, section: str, old: str, new: str | None) -> None:
    if not isinstance(body.get(PERMITS), list):
        return
    kept = []
    for pattern in body[PERMITS]:
        steps = split(pattern) if isinstance(pattern, str) else []
        if steps[:2] != [section, old]:
            kept.append(pattern)
        elif new is not None:
            kept.append(join([section, new, *steps[2:]]))
    body[PERMITS] = kept


def rename_terms(body: Raw, old: str, new: str | None) -> None:
    """Put another name, or none, in the place of a term in bases and sums."""
    holders = [(raw, key) for raw in body.get("components", ()) for key in ("base", "over")]
    holders += [(raw, "of") for raw in body.get("sums", {}).values()]
    for raw, key in holders:
        value = raw.get(key)
        terms = value if isinstance(value, list) else [value] if value else []
        kept = [_renamed(str(term), old, new) for term in terms]
        left = [term for term in kept if term]
        if left != terms:
            raw[key] = left[0] if left and not isinstance(value, list) else left
            if not left and key != "of":
                del raw[key]


def _renamed(term: str, old: str, new: str | None) -> str:
    sign = "-" if term.startswith("-") else ""
    if term.removeprefix("-") != old:
        return term
    return f"{sign}{new}" if new else ""
