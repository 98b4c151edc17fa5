"""What was done is shown by the versions it was done with, whatever is edited since."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.forms import model_to_dict
from django.urls import reverse

from catalog.models import ServiceItem, ServiceItemVersion
from catalog.services.items import publish_item
from common import clock
from tests.workorders.flow_pages import browser
from tests.workorders.own_flows import another, edited, order_with, publish
from tests.workorders.walking import arrive, assign
from tests.workorders.world import INSTALL_BODY
from workorders.flow import read_flow
from workorders.flow_overlaps import draft_findings
from workorders.models import FlowVersion
from workorders.services.filling import fill_form
from workorders.services.flow_drafts import draft_from_version
from workorders.services.flow_editing import edit_draft
from workorders.services.flow_publishing import publish_draft, warning_code

OLD_STAGE, NEW_STAGE = "现场施工老名", "现场施工新名"
OLD_QUESTION, NEW_QUESTION = "冷媒压力老题", "冷媒压力新题"
OLD_STEP, NEW_STEP = "开箱验货", "开箱查验新步"


def check(label):
    wanted = [{"key": "pressure", "label": label, "kind": "number", "unit": "bar"}]
    form = {"key": "check", "name": "自检", "fields": wanted}
    return {"op": "form", "form": form, "stage": "on_site"}


def named(name):
    return {"op": "stage", "stage": "on_site", "name": name}


def items():
    """Everything the catalog knows, without the object's own state."""
    return [
        [model_to_dict(row) for row in model.objects.order_by("pk")]
        for model in (ServiceItem, ServiceItemVersion)
    ]


def last_years_order(world):
    with clock.moved_to(clock.now() - timedelta(days=400)):
        order = arrive(order_with(world, named(OLD_STAGE), check(OLD_QUESTION)), world)
        me = world.installer.user
        fill_form(order_id=order.pk, form_key="check", given={"pressure": "12"}, actor=me)
    return order


def edit_flow_and_item(world):
    """By the designer, as headquarters does, and the item's next version."""
    newest = FlowVersion.objects.filter(key="installation", variant="").latest("number")
    draft = draft_from_version(version=newest, actor=world.admin)
    edits = [named(NEW_STAGE), check(NEW_QUESTION)]
    kept = edit_draft(draft_id=draft.pk, revision=0, edits=edits, actor=world.admin).draft
    before = items()
    warnings = [warning_code(each) for each in draft_findings(kept, read_flow(kept.body))]
    publish_draft(
        draft_id=draft.pk, revision=1, base=newest.number, confirmed=warnings, actor=world.admin
    )
    assert items() == before
    first, *others = INSTALL_BODY.steps
    body = replace(
        INSTALL_BODY, name="挂机空调安装新版", steps=(replace(first, name=NEW_STEP), *others)
    )
    publish_item(body=body, industry="家电", actor=world.admin)


def shown(world, order):
    page = browser(world.dispatcher).get(reverse("workorders:order-detail", args=[order.number]))
    return page.content.decode()


def on_phone(world, order):
    page = browser(world.installer.user).get(reverse("workorders-phone:job", args=[order.number]))
    return page.content.decode()


def test_an_order_of_last_year_shows_its_own_flow_form_and_item_after_all_were_edited(world):
    order = last_years_order(world)
    edit_flow_and_item(world)
    page, phone = shown(world, order), on_phone(world, order)
    for old, new in ((OLD_STAGE, NEW_STAGE), (OLD_QUESTION, NEW_QUESTION)):
        assert old in page
        assert new not in page
    assert "挂机空调安装新版" not in page + phone
    assert OLD_STEP in phone
    assert NEW_STEP not in page + phone


def test_a_new_order_shows_what_was_edited(world):
    last_years_order(world)
    edit_flow_and_item(world)
    page = shown(world, assign(another(world), world))
    assert NEW_STAGE in page
    assert "挂机空调安装新版" in page


def test_a_stored_answer_is_read_by_the_form_it_was_given_to(world):
    order = last_years_order(world)
    edit_flow_and_item(world)
    publish(edited(named(NEW_STAGE), check("又一题")))
    listed = browser(world.dispatcher).get(reverse("workorders:answer-list")).content.decode()
    assert OLD_QUESTION in listed
    assert "又一题" not in listed
    assert order.number in listed
