"""A stage of one's own is put into many flows at once, as a block of the library is."""

from __future__ import annotations

from django.urls import reverse

from common.outbox import drain
from tests import cast
from tests.browsing import TenantClient
from tests.workorders.own_flows import order_with
from workorders.flow_insertions import insertions
from workorders.flow_versions import read_version
from workorders.models import FlowVersion
from workorders.services.flow_drafts import draft_from_version

RENAMED = {"op": "stage", "stage": "accepted", "name": "已确认接单"}
OWN = {
    "block": "own", "where": "after:last ON_SITE", "flows": ["installation"],
    "own-name": "消毒拍照", "own-meaning": "ON_SITE", "own-role": "installer",
    "own-leave": "已消毒", "own-photo": "消毒后的机器",
}  # fmt: skip


def sent(world, form):
    browser = TenantClient(cast.ALPHA)
    browser.force_login(world.admin)
    return browser.post(reverse("workorders:insertion"), form)


def newest_version():
    return FlowVersion.objects.filter(key="installation", variant="").latest("number")


def test_a_stage_of_ones_own_is_put_in_with_its_photo_and_reaches_running_orders(world):
    order = order_with(world, RENAMED)
    planned = sent(world, OWN).context["planned"]
    assert (planned[0].new_stages, planned[0].problems) == (("消毒拍照",), ())
    seen = [each.newest.pk for each in planned]
    assert sent(world, OWN | {"publish": "1", "seen": seen}).status_code == 302
    while drain(queues=["bulk"]):
        pass
    version = newest_version()
    stage = next(each for each in read_version(version).stages if each.name == "消毒拍照")
    form = next(each for each in version.body["forms"] if each["key"] == stage.form)
    assert [(one["label"], one["required"]) for one in form["fields"]] == [("消毒后的机器", True)]
    order.refresh_from_db()
    assert order.flow_version == version


def test_a_stage_of_ones_own_needs_a_place_and_a_name_and_keeps_what_was_typed(world):
    order_with(world, RENAMED)
    answer = sent(world, OWN | {"where": "", "own-name": ""})
    form = answer.context["form"]
    assert answer.status_code == 422
    assert "where" in form.errors
    assert "name" in form.own.errors
    assert "已消毒" in answer.content.decode()


def test_who_has_a_draft_of_a_flow_is_named_before_a_block_is_put_in(world):
    order_with(world, RENAMED)
    draft = draft_from_version(version=newest_version(), actor=world.admin)
    planned = insertions(block="acceptance_photo", where="", keys=["installation"])
    assert planned[0].draft == draft
