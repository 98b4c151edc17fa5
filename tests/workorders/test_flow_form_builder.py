"""The builder of a flow's form: fields of every kind, in their order, with codes that stay."""

import pytest

from tests.workorders.flow_pages import browser, person
from tests.workorders.own_flows import edited, publish
from workorders.flow import read_flow
from workorders.models import FlowDraft
from workorders.services.flow_drafts import draft_from_version

pytestmark = pytest.mark.django_db
ROWS = [
    {"label": "水压", "kind": "number", "unit": "MPa", "decimals": "2", "low": "0.1", "high": "1"},
    {"label": "结论", "kind": "choice", "options": "合格\n不合格", "required": "on"},
    {"label": "铭牌", "kind": "photo", "count": "2", "example": "字要看得清"},
    {"label": "签字", "kind": "signature", "required": "on"},
    {"label": "条码", "kind": "scan"},
    {"label": "位置", "kind": "position"},
    {"label": "配件", "kind": "parts"},
    {"label": "到货", "kind": "date"},
    {"label": "备注", "kind": "long_text", "hint": "没有就空着"},
]


@pytest.fixture
def draft(world):
    return draft_from_version(version=publish(edited()), actor=person())


def save(draft, part, rows, revision=0, **entries):
    sent = {"part": part, "revision": revision, "name": "水压记录", "order": [], **entries}
    for at, row in enumerate(rows):
        sent["order"].append(str(at))
        sent |= {f"field-{at}-{name}": value for name, value in row.items()}
    url = f"/orders/flows/drafts/{draft.pk}/save/"
    return browser(person()).post(url, sent, headers={"HX-Request": "true"})


def form_of(key="form"):
    return read_flow(FlowDraft.objects.get().body).form(key)


def test_a_form_with_fields_of_every_kind_is_made_for_a_stage_and_awaited(draft):
    assert save(draft, "form.+:on_site", ROWS).status_code == 200
    flow = read_flow(FlowDraft.objects.get().body)
    form = flow.form("form")
    assert [field.kind for field in form.fields] == [row["kind"] for row in ROWS]
    assert (form.fields[0].low, form.fields[0].high, form.fields[0].decimals) == (100, 1000, 2)
    assert (form.fields[2].count, form.fields[2].example) == (2, "字要看得清")
    assert flow.stage("on_site").form == "form"
    assert any("form_done" in way.guards for way in flow.transitions)


def test_a_label_keeps_its_code_when_options_are_added_before_it(draft):
    save(draft, "form.+:on_site", ROWS[1:2])
    before = {label: code for code, label in form_of().fields[0].options}
    row = ROWS[1] | {"key": form_of().fields[0].key, "options": "待定\n合格\n不合格"}
    assert save(draft, "form.form", [row], revision=1).status_code == 200
    after = {label: code for code, label in form_of().fields[0].options}
    assert {label: after[label] for label in before} == before
    assert len(set(after.values())) == 3


def test_a_computed_field_takes_numbers_of_its_form(draft):
    numbers = [ROWS[0] | {"label": "长"}, ROWS[0] | {"label": "宽"}]
    save(draft, "form.+:on_site", numbers)
    known = [row | {"key": field.key} for row, field in zip(numbers, form_of().fields, strict=True)]
    area = {
        "label": "面积",
        "kind": "computed",
        "formula": "product",
        "of": [r["key"] for r in known],
    }
    assert save(draft, "form.form", [*known, area], revision=1).status_code == 200
    assert form_of().fields[2].of == tuple(row["key"] for row in known)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (ROWS[0] | {"label": ""}, "label"),
        (ROWS[0] | {"low": "viel"}, "low"),
        (ROWS[1] | {"options": "合格"}, "options"),
        (ROWS[2] | {"count": "99"}, "count"),
        ({"label": "和", "kind": "computed", "formula": "sum"}, "of"),
    ],
)
def test_what_a_field_lacks_is_said_at_it(draft, row, field):
    answer = save(draft, "form.+:on_site", [row])
    assert answer.status_code == 422
    assert f'id="id_field-0-{field}-error"' in answer.content.decode()
    assert form_of() is None


@pytest.mark.parametrize(
    ("wish", "labels"),
    [
        ("down:0", ["结论", "水压"]),
        ("up:1", ["结论", "水压"]),
        ("drop:0", ["结论"]),
        ("add:photo", ["水压", "结论", ""]),
        ("up:0", ["水压", "结论"]),
        ("drop:77", ["水压", "结论"]),
    ],
)
def test_fields_move_come_and_go_before_anything_is_saved(draft, wish, labels):
    page = save(draft, "form.+:on_site", ROWS[:2], row=wish).content.decode()
    shown = [part.split('"')[0] for part in page.split('-label" value="')[1:]]
    assert shown == [label for label in labels if label]
    assert page.count("data-field-row") == len(labels)
    assert FlowDraft.objects.get().revision == 0


def test_dragged_fields_are_kept_in_the_order_they_were_sent_in(draft):
    save(draft, "form.+:on_site", ROWS[:3], order=["2"])
    assert [field.label for field in form_of().fields] == ["铭牌", "水压", "结论"]
