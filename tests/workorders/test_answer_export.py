"""Filled-in forms as a table: a column a question, whatever it is called, and found by an answer."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.workorders.own_flows import another, edited, order_with, publish
from workorders.answer_list import AnswerQuery, answer_page, filtered_answers, form_questions
from workorders.forms.answer_filter import AnswerFilterForm
from workorders.services.filling import fill_form

HEAD = 6


def number(key, label, unit="米", **more):
    return {"key": key, "label": label, "kind": "number", "unit": unit, "decimals": 1, **more}


def choice(key, label, **options):
    told = [{"code": code, "label": name} for code, name in options.items()]
    return {"key": key, "label": label, "kind": "choice", "options": told}


def form(*fields, key="check", name="安装检查"):
    edit = {"op": "form", "form": {"key": key, "name": name, "fields": list(fields)}}
    return {**edit, "stage": "waiting"}


TEMPERATURE = number("before", "温度", "℃")
PIPE = (number("left", "管长"), number("right", "管长"), TEMPERATURE)


def filled(order, world, **given):
    return fill_form(order_id=order.pk, form_key="check", given=given, actor=world.dispatcher)


def exported(client, world, **asked):
    client.force_login(world.dispatcher)
    answer = client.get(reverse("workorders:answer-export"), {"form": "安装检查", **asked})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return [row[HEAD:] for row in csv.reader(StringIO(text))]


def test_two_questions_of_one_label_are_two_columns_with_their_units_above_and_numbers_below(
    world, client
):
    order = order_with(world, form(*PIPE))
    filled(order, world, left="2.5", right="3", before="-4.5")
    assert exported(client, world) == [
        ["管长（米）", "管长（米） #2", "温度（℃）"],
        ["2.5", "3", "-4.5"],
    ]


def test_a_question_renamed_in_a_later_version_is_the_same_column_and_one_of_another_unit_is_not(
    world, client
):
    filled(order_with(world, form(number("left", "管长"))), world, left="2.5")
    filled(order_with(world, form(number("left", "铜管长度"))), world, left="4")
    filled(order_with(world, form(number("left", "铜管长度", "厘米"))), world, left="400")
    assert exported(client, world) == [
        ["铜管长度（厘米）", "铜管长度（米）"],
        ["400", ""],
        ["", "4"],
        ["", "2.5"],
    ]


def test_questions_of_several_forms_stand_apart_under_the_names_of_their_forms(world, client):
    filled(order_with(world, form(number("left", "管长"))), world, left="2.5")
    again = order_with(world, form(number("left", "管长"), key="again", name="复查"))
    fill_form(order_id=again.pk, form_key="again", given={"left": "4"}, actor=world.dispatcher)
    head, *rows = exported(client, world, form="")
    assert head == ["复查 · 管长（米）", "安装检查 · 管长（米）"]
    assert rows == [["4", ""], ["", "2.5"]]


@pytest.mark.parametrize(
    ("given", "label", "asked", "fits"),
    [
        ({"left": "2.5"}, "管长", {"low": "2.5"}, True),
        ({"left": "2.5"}, "管长", {"low": "2.6"}, False),
        ({"left": "2.5"}, "管长", {"high": "2.4"}, False),
        ({"left": "10"}, "管长", {"low": "9", "high": "11"}, True),
        ({"result": "bad"}, "结论", {"option": "bad"}, True),
        ({"result": "good"}, "结论", {"option": "bad"}, False),
        ({"marks": ["a", "b"]}, "痕迹", {"option": "b"}, True),
        ({"marks": ["a"]}, "痕迹", {"option": "b"}, False),
        ({"day": "2026-11-03"}, "日期", {"first": "2026-11-03", "last": "2026-11-03"}, True),
        ({"day": "2026-11-03"}, "日期", {"first": "2026-11-04"}, False),
        ({"model": "KFR-35GW"}, "型号", {"answer": "kfr-35"}, True),
        ({"model": "KFR-35GW"}, "型号", {"answer": "kfr-26"}, False),
        ({"model": "KFR-35GW"}, "型号", {}, True),
        ({"left": "2.5"}, "型号", {}, False),
        ({"left": "2.5"}, "管长", {"low": "much"}, True),
    ],
)
def test_forms_are_found_by_the_answer_to_one_question(world, given, label, asked, fits):
    fields = (
        number("left", "管长"),
        choice("result", "结论", good="合格", bad="不合格"),
        {**choice("marks", "痕迹", a="划痕", b="凹陷"), "kind": "choices"},
        {"key": "day", "label": "日期", "kind": "date"},
        {"key": "model", "label": "型号", "kind": "text"},
    )
    filled(order_with(world, form(*fields)), world, **given)
    questions = form_questions(actor=world.dispatcher, form="安装检查")
    token = next(each.token for each in questions if each.field.label == label)
    read = AnswerFilterForm(
        {"form": "安装检查", "question": token, **asked}, names=["安装检查"], questions=questions
    )
    found = filtered_answers(actor=world.dispatcher, query=read.query())
    assert found.exists() is fits


def test_a_choice_that_a_later_version_took_away_can_still_be_asked_for(world, client):
    before = form(choice("result", "结论", odd="存疑", good="合格"))
    filled(order_with(world, before), world, result="odd")
    after = form(choice("result", "结论", good="合格", bad="不合格"))
    filled(order_with(world, after), world, result="good")
    [question] = form_questions(actor=world.dispatcher, form="安装检查")
    assert question.options == {"good": "合格", "bad": "不合格", "odd": "存疑"}
    asked = {"question": question.token, "option": "odd"}
    assert exported(client, world, **asked) == [["结论"], ["存疑"]]
    client.force_login(world.dispatcher)
    page = client.get(reverse("workorders:answer-list"), {"form": "安装检查", **asked})
    assert [row.answers[0].words for row in page.context["page"].rows] == ["存疑"]


def test_versions_are_read_once_however_many_forms_follow_them(world):
    publish(edited(form(*PIPE)))
    for _at in range(2):
        filled(another(world), world, left="1", right="2")
    with CaptureQueriesContext(connection) as asked:
        page = answer_page(actor=world.admin, query=AnswerQuery())
    bodies = [each["sql"] for each in asked if '"workorders_flowversion"."body"' in each["sql"]]
    assert (len(page.rows), len(bodies)) == (2, 1)
