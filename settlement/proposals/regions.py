"""The tree of regions as the rules need it: who stands above whom, by code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from network.models import Region


@dataclass(frozen=True, slots=True)
class RegionTree:
    """Codes of the regions above each one, the widest first; names by code."""

    above: Mapping[str, Sequence[str]]
    names: Mapping[str, str]


def region_tree() -> RegionTree:
    """Return the whole tree in one query."""
    rows = list(Region.objects.order_by("path").values_list("pk", "code", "name", "path"))
    codes = {str(pk): code for pk, code, _name, _path in rows}
    return RegionTree(
        above={
            code: [codes[step] for step in path.split(".") if step in codes and step != str(pk)]
            for pk, code, _name, path in rows
        },
        names={code: name for _pk, code, name, _path in rows},
    )
