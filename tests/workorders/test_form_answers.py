"""Answers to a form: what people send is read, checked and named by its label."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workorders.flow import Field, Form
from workorders.flow.answer_errors import ANSWER_ERRORS
from workorders.flow.answer_shape import Part, Position
from workorders.flow.answers import read_answers
from workorders.flow.numbers import number_text

OPTIONS = (("yes", "合格"), ("no", "不合格"))


def form(*fields):
    return Form("f", "表", tuple(fields))


def read(field, raw, pictures=0):
    return read_answers(form(field), {field.key: raw}, {field.key: pictures})


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        (Field("a", "甲", "text"), " 好 ", "好"),
        (Field("a", "甲", "long_text"), "好" * 2_000, "好" * 2_000),
        (Field("a", "甲", "scan"), "SN-001", "SN-001"),
        (Field("a", "甲", "number"), "12", 12_000),
        (Field("a", "甲", "number", decimals=2), "−0.25", -250),
        (Field("a", "甲", "number", decimals=1), "1.50", 1_500),
        (Field("a", "甲", "number", low=0, high=100_000), "100", 100_000),
        (Field("a", "甲", "choice", options=OPTIONS), "no", "no"),
        (Field("a", "甲", "choices", options=OPTIONS), ["no", "yes"], ("yes", "no")),
        (Field("a", "甲", "choices", options=OPTIONS), "no", ("no",)),
        (Field("a", "甲", "date"), "2026-02-28", date(2026, 2, 28)),
        (Field("a", "甲", "position"), "113.6,34.7,15", Position(113.6, 34.7, 15)),
        (Field("a", "甲", "position"), "113.6,34.7", Position(113.6, 34.7)),
        (Field("a", "甲", "parts"), ["PIPE×1.5"], (Part("PIPE", 1_500),)),
    ],
)
def test_an_answer_is_read_as_what_it_is(field, raw, value):
    found = read(field, raw)
    assert found.values == {"a": value}
    assert found.is_complete


@pytest.mark.parametrize(
    ("field", "raw", "code"),
    [
        (Field("a", "甲", "text", required=True), "", "missing"),
        (Field("a", "甲", "text", required=True), "  ", "missing"),
        (Field("a", "甲", "text"), ["x"], "no_text"),
        (Field("a", "甲", "text"), "x" * 201, "too_long"),
        (Field("a", "甲", "number"), "1.5", "decimals"),
        (Field("a", "甲", "number", decimals=3), "1.0001", "no_number"),
        (Field("a", "甲", "number"), "1e3", "no_number"),
        (Field("a", "甲", "number"), "٣", "no_number"),
        (Field("a", "甲", "number"), True, "no_number"),
        (Field("a", "甲", "number", low=1_000), "0", "too_low"),
        (Field("a", "甲", "number", high=1_000), "2", "too_high"),
        (Field("a", "甲", "choice", options=OPTIONS), "maybe", "no_option"),
        (Field("a", "甲", "choice", options=OPTIONS), ["yes"], "no_option"),
        (Field("a", "甲", "choices", options=OPTIONS), ["maybe"], "no_option"),
        (Field("a", "甲", "date"), "2026-02-30", "no_date"),
        (Field("a", "甲", "date"), 5, "no_date"),
        (Field("a", "甲", "position"), "200,10", "no_position"),
        (Field("a", "甲", "position"), "nan,10", "no_position"),
        (Field("a", "甲", "position"), "1,2,inf", "no_position"),
        (Field("a", "甲", "position"), "here", "no_position"),
        (Field("a", "甲", "parts"), ["PIPE×0"], "no_parts"),
        (Field("a", "甲", "parts"), ["PIPE×1", "PIPE×2"], "no_parts"),
        (Field("a", "甲", "parts"), "PIPE×1", "no_parts"),
        (Field("a", "甲", "parts"), [{"material": 1, "quantity_milli": 5}], "no_parts"),
    ],
)
def test_a_wrong_answer_is_named_and_not_kept(field, raw, code):
    found = read(field, raw)
    assert [error.code for error in found.errors] == [code]
    assert code in ANSWER_ERRORS
    assert found.values == {}


@pytest.mark.parametrize(
    ("field", "pictures", "codes"),
    [
        (Field("p", "照", "photo"), 0, []),
        (Field("p", "照", "photo", required=True), 0, ["missing"]),
        (Field("p", "照", "photo", required=True, count=3), 1, ["photos"]),
        (Field("p", "照", "photo", required=True, count=3), 3, []),
        (Field("p", "签", "signature", required=True), 0, ["missing"]),
        (Field("p", "签", "signature", required=True), 1, []),
    ],
)
def test_pictures_are_counted_and_never_believed(field, pictures, codes):
    found = read_answers(form(field), {"p": 9}, {"p": pictures})
    assert [error.code for error in found.errors] == codes


@pytest.mark.parametrize(
    ("formula", "value"), [("sum", 4_500), ("difference", 500), ("product", 5_000)]
)
def test_a_computed_number_is_computed_whatever_was_sent_for_it(formula, value):
    fields = (
        Field("a", "甲", "number", decimals=1),
        Field("b", "乙", "number", decimals=1),
        Field("c", "丙", "computed", formula=formula, of=("a", "b")),
    )
    sent = {"a": "2.5", "b": "2", "c": "999"}
    found = read_answers(form(*fields), sent, {})
    assert found.values["c"] == value
    assert "c" not in read_answers(form(*fields), sent | {"b": ""}, {}).values


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
KINDS = [
    Field("a", "甲", kind, options=OPTIONS)
    for kind in (
        "text", "long_text", "number", "choice", "choices", "scan", "position", "parts", "date",
    )
]  # fmt: skip


@given(field=st.sampled_from(KINDS), raw=ANY)
def test_whatever_is_sent_is_an_answer_or_a_named_error_and_is_read_again_as_it_was_stored(
    field, raw
):
    found = read(field, raw)
    assert {error.code for error in found.errors} <= set(ANSWER_ERRORS)
    again = read_answers(found.form, found.stored(), {})
    assert again.values == found.values


@given(st.integers(-(10**12), 10**12))
def test_a_number_written_out_is_read_as_itself(milli):
    assert read(Field("a", "甲", "number", decimals=3), number_text(milli)).values == {"a": milli}
