"""The open form of a draft: its builder, and how a phone shows what stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from workorders.flow.bodies import free_key, keys_of
from workorders.flow.field_keys import field_keys
from workorders.flow.words import FIELD_KINDS
from workorders.flow_panel import NEW, Panel, find
from workorders.forms.flow_form import FieldRows, FlowFormForm

if TYPE_CHECKING:
    from workorders.flow.editing import Edit
    from workorders.flow_panel import Asked

_MOST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as the phone shows it; `places` one for each photo."""

    label: str
    kind: str
    required: bool
    hint: str
    unit: str
    options: tuple[str, ...]
    places: range
    picture: str


def form_panel(part: str, asked: Asked, key: str) -> Panel:
    """Return the builder of a form; "+:STAGE" is a new one, which the stage asks for."""
    fresh, stage = key.split(":")[0] == NEW, key.partition(":")[2]
    form = {} if fresh else find(asked.body["forms"], key)
    own = free_key("form", keys_of(asked.body["forms"])) if fresh else key
    others = field_keys(each for each in asked.body["forms"] if each["key"] != own)
    rows = FieldRows(asked.data, stored=form.get("fields", []), others=others, quiet=asked.quiet)

    def changed(panel: Panel) -> list[Edit]:
        table = {"key": own, "name": panel.form.cleaned_data["name"], "fields": rows.tables()}
        return [{"op": "form", "form": table} | ({"stage": stage} if stage else {})]

    users = [each["key"] for each in asked.body["stages"] if each.get("form") == key]
    return Panel(
        part=part,
        kind="form",
        stage=stage or (users[0] if users else ""),
        form=asked.form(FlowFormForm, {"name": form.get("name", "")}),
        to_edits=changed,
        rows=rows,
        drop=None if fresh else {"op": "drop_form", "form": key},
        is_new=fresh,
        extra={
            "rows": rows,
            "preview": [_shown(each) for each in rows.forms],
            "kinds": [(kind, _(word)) for kind, word in FIELD_KINDS.items()],
        },
    )


def _shown(form: Any) -> Shown:
    def value(name: str) -> str:
        return str(form[name].value() or "") if name in form.fields else ""

    count = value("count")
    many = min(int(count), _MOST_SHOWN) if count.isascii() and count.isdecimal() else 1
    return Shown(
        label=value("label"),
        kind=form.chosen,
        required=bool(value("required")) and value("required") != "False",
        hint=value("hint") or value("example"),
        unit=value("unit"),
        options=tuple(line for line in value("options").splitlines() if line.strip()),
        places=range(many),
        picture=form.shown_picture,
    )
