"""Tags are changed by people and by flows at once, within one limit for both."""

from __future__ import annotations

import pytest
from django.urls import reverse

from common.errors import Refused
from common.outbox import drain
from tests.workorders.own_flows import order_with
from tests.workorders.test_triggers import tag, when
from tests.workorders.world import open_order
from workorders.flow_choices import FlowChoices
from workorders.forms.flow_trigger import ActionForm
from workorders.models import FiredAction, WorkOrder
from workorders.services.editing import mark_order
from workorders.services.opening import Marks
from workorders.tags import MOST_TAGS, changed_tags


@pytest.mark.parametrize(
    ("now", "seen", "wanted", "then"),
    [
        ("a b", "a b", "a c", "a c"),
        ("a flow", "a", "a mine", "a flow mine"),
        ("a flow", "a", "", "flow"),
        ("", "a", "a b", "b"),
        ("b a", "b a", "a b", "b a"),
    ],
)
def test_only_what_a_person_added_and_took_away_changes(now, seen, wanted, then):
    assert changed_tags(now.split(), seen=seen.split(), wanted=wanted.split()) == tuple(
        then.split()
    )


def test_a_tag_the_flow_put_there_meanwhile_stays(client, world):
    order = order_with(world, when("entered", tag("加急件"), stage="waiting"))
    client.force_login(world.dispatcher)
    page = client.get(reverse("workorders:order-detail", args=[order.number])).content.decode()
    assert 'name="tags_seen"' in page
    drain(strict=True)
    url = reverse("workorders:marks-change", args=[order.number])
    said = {"site_kind": "urban", "tags": "老客户", "tags_seen": ""}
    assert client.post(url, said).status_code == 302
    assert WorkOrder.objects.get().tags == ["加急件", "老客户"]


def test_people_and_flows_have_one_limit(client, world):
    order = order_with(world, when("left", tag("多"), stage="waiting"))
    full = tuple(f"t{n}" for n in range(MOST_TAGS))
    mark_order(order_id=order.pk, marks=Marks(tags=full), actor=world.dispatcher)
    with pytest.raises(Refused) as refused:
        mark_order(
            order_id=order.pk, marks=Marks(tags=("x",)), actor=world.dispatcher, tags_seen=()
        )
    assert refused.value.code == "tags.full"
    client.force_login(world.dispatcher)
    url = reverse("workorders:marks-change", args=[order.number])
    said = {"site_kind": "urban", "tags": " ".join([*full, "x"]), "tags_seen": " ".join(full)}
    assert client.post(url, said).status_code == 422


def test_an_order_with_as_many_tags_as_there_may_be_can_be_edited(world):
    order = open_order(world)
    full = tuple(f"t{n}" for n in range(MOST_TAGS))
    WorkOrder.objects.update(tags=[*full, "old"])
    order = mark_order(
        order_id=order.pk, marks=Marks(urgent=True, tags=full), actor=world.dispatcher
    )
    assert order.urgent
    assert order.tags == list(full)


@pytest.mark.parametrize("typed", ["加 急", "长" * 21])
def test_the_designer_takes_no_tag_that_people_could_not_type(typed):
    form = ActionForm({"action": "add_tag", "tag": typed}, choices=FlowChoices(None))
    assert not form.is_valid()
    assert "tag" in form.errors


def test_a_published_flow_with_a_space_in_its_tag_puts_one_tag(world):
    order = order_with(world, when("entered", tag("加 急"), stage="waiting"))
    drain(strict=True)
    order.refresh_from_db()
    assert order.tags == ["加急"]
    assert FiredAction.objects.get().state == "done"
