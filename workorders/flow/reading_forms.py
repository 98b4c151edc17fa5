"""Reads the forms of a flow."""

import re
from collections.abc import Iterator

from catalog.checked_table import CheckedTable
from workorders.flow.form_shape import Field, Form
from workorders.flow.words import FIELD_KINDS, FORMULAS, PREFILLS

_MOST_PHOTOS = 20
_MOST_DECIMALS = 3
_PICTURE = re.compile(r"[0-9]{0,18}")


def read_forms(table: CheckedTable) -> Iterator[Form]:
    """Read the forms: {key, name, fields: [{key, label, kind, …}]}, see `Field`."""
    for row in table.tables("forms"):
        row.only("key", "name", "fields")
        fields = tuple(_field(each) for each in row.tables("fields", needed=True))
        keys = [field.key for field in fields]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            row.wrong("fields", f"the key {key} is used twice")
        numbers = {field.key for field in fields if field.kind == "number"}
        for field in fields:
            for key in sorted(set(field.of) - numbers):
                row.wrong("fields", f"{field.key} computes with {key}, which is no number here")
        yield Form(key=row.text("key"), name=row.text("name"), fields=fields)


def _field(row: CheckedTable) -> Field:
    row.only(
        "key", "label", "kind", "required", "hint", "unit", "decimals", "low", "high", "options",
        "count", "example", "picture", "formula", "of", "prefill",
    )  # fmt: skip
    kind = row.text("kind")
    if kind and kind not in FIELD_KINDS:
        row.wrong("kind", f"{kind} is not one of {', '.join(FIELD_KINDS)}")
    options = tuple(_option(each) for each in row.tables("options"))
    if kind in ("choice", "choices") and len({code for code, _label in options}) < 2:
        row.wrong("options", "a choice needs at least two different options")
    formula = row.text("formula", "")
    of = row.texts("of")
    if kind == "computed" and (formula not in FORMULAS or len(of) < 2):
        row.wrong("formula", f"needs one of {', '.join(FORMULAS)} and at least two fields (of)")
    prefill = row.text("prefill", "")
    if prefill and prefill not in PREFILLS:
        row.wrong("prefill", f"{prefill} is not one of {', '.join(PREFILLS)}")
    picture = row.text("picture", "")
    if not _PICTURE.fullmatch(picture):
        row.wrong("picture", "must be the number of an example picture")
    return Field(
        key=row.text("key"),
        label=row.text("label"),
        kind=kind,
        required=row.flag("required", default=False),
        hint=row.text("hint", ""),
        unit=row.text("unit", ""),
        decimals=_bounded(row, "decimals", 0, 0, _MOST_DECIMALS),
        low=row.whole_or_none("low"),
        high=row.whole_or_none("high"),
        options=options,
        count=_bounded(row, "count", 1, 1, _MOST_PHOTOS),
        example=row.text("example", ""),
        picture=picture,
        formula=formula,
        of=of,
        prefill=prefill,
    )


def _bounded(row: CheckedTable, key: str, default: int, low: int, high: int) -> int:
    value = row.whole(key, default, low=low)
    if value > high:
        row.wrong(key, f"must be at most {high}")
    return value


def _option(row: CheckedTable) -> tuple[str, str]:
    row.only("code", "label")
    return row.text("code"), row.text("label")
