"""Levels and bands of many regions at once, from a CSV file: previewed first, then written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common.csv_files import clean, records
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from network.models import Region, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.contrib.auth.models import AbstractBaseUser

FIELDS = tuple(kind.value for kind in Tier.Kind)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("区域编码", "区域代码", "编码", "code", "region code"),
    "name": ("区域", "城市", "名称", "name", "region"),
    "city_level": ("城市等级", "城市级别", "city level"),
    "price_band": ("价格带", "price band"),
    "cost_level": ("成本等级", "成本级别", "cost level"),
}
MOST_ROWS = 5_000
Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Changed:
    """One region whose own values the file changes: (was, becomes) by field."""

    region: Region
    values: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that cannot be taken: its line in the file and why."""

    line: int
    region: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do; `seen` stands for the values it was compared with."""

    changed: tuple[Changed, ...]
    same: int
    wrong: tuple[Wrong, ...]
    rows: tuple[Values, ...]  # the good rows that change something
    seen: str


def preview_tiers(raw: bytes) -> Preview:
    """Read a file and compare it with the regions; nothing is written.

    A column that is missing leaves its values alone; an empty cell means inherited. Raises Refused
    for a file that is no CSV, has no column of region codes, or more than 5,000 rows.
    """
    header, *lines = records(raw) or [[]]
    keys = _keys(header)
    refuse_unless(len(lines) <= MOST_ROWS, "import.rows", _("At most 5,000 rows at once"))
    rows: list[tuple[int, Values]] = []
    for number, cells in enumerate(lines, start=2):
        row = {key: clean(cell) for key, cell in zip(keys, cells, strict=False) if key}
        if any(row.values()):
            rows.append((number, row))
    refuse_unless(rows, "import.empty", _("The file has no rows below its header"))
    return _compared(rows)


def preview_rows(rows: Iterable[Values]) -> Preview:
    """Compare rows that an earlier preview gave with the regions as they are now."""
    return _compared(list(enumerate(rows, start=2)))


@transaction.atomic
def import_tiers(
    *, rows: Iterable[Values], seen: str, actor: AbstractBaseUser | None
) -> tuple[Changed, ...]:
    """Write what a preview showed; Conflict when a region or a list changed since."""
    kept = list(rows)
    codes = [row.get("code", "") for row in kept]
    list(Tier.objects.select_for_update())
    list(Region.objects.select_for_update(of=("self",)).filter(code__in=codes))
    found = preview_rows(kept)
    if found.seen != seen or found.wrong or found.same:
        raise Conflict(
            "import.stale", _("Regions or lists changed meanwhile; read the file once more")
        )
    for each in found.changed:
        for field, (_was, becomes) in each.values.items():
            setattr(each.region, field, becomes)
    Region.objects.bulk_update([each.region for each in found.changed], FIELDS)
    record(actor, "regions.tiers_imported", None, codes=[c.region.code for c in found.changed])
    return found.changed


def _keys(header: list[str]) -> list[str]:
    names = {name: key for key, options in COLUMNS.items() for name in options}
    keys = [names.get(clean(cell).lower(), "") for cell in header]
    if "code" not in keys:
        raise Refused(
            "import.column", _("The column “%(name)s” is missing") % {"name": COLUMNS["code"][0]}
        )
    for key in set(keys) - {""}:
        sentence = _("The column “%(name)s” is there twice") % {"name": COLUMNS[key][0]}
        refuse_unless(keys.count(key) == 1, "import.column", sentence)
    given = sorted(set(keys) & set(FIELDS))
    refuse_unless(given, "import.column", _("The file has no column of levels or bands"))
    return keys


def _compared(rows: list[tuple[int, Values]]) -> Preview:
    regions = {
        region.code: region
        for region in Region.objects.select_related("parent").filter(
            code__in=[row.get("code", "") for _line, row in rows]
        )
    }
    listed = set(Tier.objects.values_list("kind", "code"))
    changed: list[Changed] = []
    wrong: list[Wrong] = []
    kept: list[Values] = []
    seen_codes: set[str] = set()
    same = 0
    for line, row in rows:
        code = row.get("code", "").removeprefix("'")
        region = regions.get(code)
        sentence = _fault(code, row, region, seen_codes, listed)
        seen_codes.add(code)
        if sentence or region is None:
            wrong.append(Wrong(line, row.get("name") or code, sentence))
            continue
        values = {
            field: (getattr(region, field), row[field])
            for field in FIELDS
            if field in row and getattr(region, field) != row[field]
        }
        if values:
            changed.append(Changed(region, values))
            kept.append({"code": code, **{field: pair[1] for field, pair in values.items()}})
        else:
            same += 1
    return Preview(tuple(changed), same, tuple(wrong), tuple(kept), _seen(changed))


def _fault(
    code: str, row: Values, region: Region | None, known: set[str], listed: set[tuple[str, str]]
) -> str:
    if region is None:
        return _("There is no region with the code “%(code)s”") % {"code": code}
    if code in known:
        return _("This region stands in the file twice")
    for kind in Tier.Kind:
        value = row.get(kind.value, "")
        if value and (kind.value, value) not in listed and getattr(region, kind.value) != value:
            sentence = _("%(list)s: the code %(code)s is not in your list")
            return sentence % {"list": kind.label, "code": value}
    return ""


def _seen(changed: list[Changed]) -> str:
    text = repr([(each.region.code, sorted(each.values.items())) for each in changed])
    return hashlib.sha256(text.encode()).hexdigest()
