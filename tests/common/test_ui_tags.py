"""The tags pages are written with say the same thing in words, shape and colour."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from common.templatetags.ui import STATUS_KINDS


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def rendered(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context)).strip()


class Address(forms.Form):
    name = forms.CharField(help_text="As on the order")
    floor = forms.IntegerField(required=False)
    urgent = forms.BooleanField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    unit = forms.ChoiceField(choices=[("a", "A")])


@pytest.mark.parametrize("meaning", STATUS_KINDS)
def test_every_meaning_has_an_icon_a_word_and_a_class_of_its_own(meaning):
    text = rendered("{% status m %}", m=meaning)
    kind = STATUS_KINDS[meaning]
    assert f"#{kind.icon}" in text
    assert str(kind.label) in text
    assert kind.css in text
    assert len({k.css for k in STATUS_KINDS.values()}) == len(STATUS_KINDS)


@pytest.mark.parametrize(
    ("meaning", "label", "word", "css"),
    [
        ("ON_SITE", "", "Overdue", "x-st-overdue"),
        ("ON_SITE", "施工中", "施工中 · Overdue", "x-st-overdue"),
        ("DONE", "", "Done", "x-st-done"),
        ("CANCELLED", "", "Cancelled", "x-st-cancelled"),
    ],
)
def test_only_an_open_order_is_overdue_and_it_keeps_its_stage(meaning, label, word, css):
    text = rendered("{% status m l True %}", m=meaning, l=label)
    assert word in text
    assert css in text


def test_a_stage_name_made_by_a_tenant_is_escaped():
    assert "<script>" not in rendered("{% status 'DONE' l %}", l="<script>")


def test_geometry_writes_percentages_and_nothing_else():
    assert rendered("{% geometry left=12.5 width=8 %}") == 'style="left:12.5%;width:8%"'


@pytest.mark.parametrize("source", ["{% geometry color=1 %}", "{% geometry left=2000 %}"])
def test_geometry_refuses_other_properties_and_absurd_values(source):
    with pytest.raises(ValueError, match="not a side"):
        rendered(source)


def test_geometry_refuses_text():
    with pytest.raises(ValueError, match="could not convert"):
        rendered("{% geometry left=x %}", x="1;background:red")


def test_a_field_links_its_control_to_help_and_errors():
    form = Address({"name": "", "kind": "a", "unit": "a"})
    text = rendered("{% field form.name %}", form=form)
    assert 'aria-describedby="id_name-help id_name-error"' in text
    assert 'aria-invalid="true"' in text
    assert 'id="id_name-error"' in text
    assert 'id="id_name-help"' in text


def test_only_fields_that_may_stay_empty_say_so():
    assert "optional" in rendered("{% field form.floor %}", form=Address())
    assert "optional" not in rendered("{% field form.name %}", form=Address())


def test_a_group_of_choices_is_a_fieldset_with_a_legend():
    assert rendered("{% field form.kind %}", form=Address()).startswith("<fieldset")
    assert "form-select" in rendered("{% field form.unit %}", form=Address())
    assert "form-check-input" in rendered("{% field form.urgent %}", form=Address())


def test_form_errors_name_each_field_with_a_way_to_it():
    text = rendered(
        "{% include 'ui/_form_errors.html' with form=form only %}", form=Address({"unit": "zzz"})
    )
    assert "3 entries need another look" in text
    assert 'href="#id_name"' in text


def test_the_pager_keeps_other_filters_and_repeats_no_page():
    request = RequestFactory().get("/", {"page": "1", "status": "open", "tag": ["a", "b"]})
    page = Paginator(range(30), 10).page(2)
    text = rendered("{% pager page %}", request=request, page=page)
    assert "?status=open&amp;tag=a&amp;tag=b&amp;page=3" in text
    assert "11–20 of 30" in text


def test_query_string_drops_emptied_parameters():
    request = RequestFactory().get("/", {"q": "x", "status": "open"})
    assert rendered("{% query_string q='' %}", request=request) == "?status=open"


@pytest.mark.parametrize(("amount_fen", "loss"), [(-1717, True), (0, False), (1717, False)])
def test_a_deduction_is_brown_and_has_a_minus(amount_fen, loss):
    text = rendered("{% include 'ui/_money.html' with amount_fen=a only %}", a=amount_fen)
    assert ("x-money-loss" in text) is loss
    assert ("−" in text) is loss


def test_pictures_escape_what_tenants_typed():
    steps = [SimpleNamespace(label="<b>", amount_fen=100)]
    assert "<b>" not in rendered("{% svg_waterfall s '<i>' '<u>' %}", s=steps)


def test_dash_stands_for_nothing_but_not_for_zero():
    assert rendered("{{ a|or_dash }} {{ b|or_dash }} {{ c|or_dash }}", a=None, b=0, c="") == "— 0 —"
