"""A flow or variant is withdrawn from new orders: running ones keep it, and something is left to follow."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalog.models import ServiceItem, ServiceItemVersion
from common import clock
from common.errors import Conflict, Refused
from tests.workorders.flow_pages import browser, person
from tests.workorders.own_flows import another, edited, publish
from tests.workorders.test_flow_choice import EAST, opened_for, switch, variant
from workorders.flow_list import newest_version
from workorders.flow_versions import published_flow_names
from workorders.models import FlowVersion
from workorders.services.choosing import flow_key_of
from workorders.services.flow_withdrawing import bring_flow_back, withdraw_flow
from workorders.services.flows import ensure_presets

SHORT = {"op": "stage", "stage": "waiting", "sla_minutes": 15}
pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(world):
    return person()


@pytest.fixture
def unnamed(world):
    """No service item names the flow of repairs."""
    ServiceItem.objects.filter(current__flow_key="repair").update(is_active=False)


def withdraw(version, admin):
    return withdraw_flow(version_id=version.pk, actor=admin)


def test_new_orders_follow_the_flow_itself_once_its_variant_is_withdrawn(world, admin):
    east = variant("east", when=[EAST])
    running = another(world)
    gone = withdraw(east, admin)
    assert withdraw(east, admin) == gone
    assert another(world).flow_version.variant == ""
    running.refresh_from_db()
    assert running.flow_version == east
    back = bring_flow_back(version_id=gone.pk, actor=admin)
    assert bring_flow_back(version_id=gone.pk, actor=admin) == back
    assert another(world).flow_version == back


def test_orders_of_a_type_whose_flow_is_withdrawn_go_like_an_installation(world, admin, unnamed):
    publish(edited(of="repair"))
    withdraw(newest_version("repair"), admin)
    assert opened_for(world, order_type="repair").flow_version.key == "installation"
    assert "repair" not in published_flow_names()


def test_the_product_does_not_bring_back_what_a_company_withdrew(world, admin, unnamed):
    ensure_presets()
    came = newest_version("repair")
    old = FlowVersion.objects.create(
        key="repair", number=came.number + 1, name="旧", body=edited(SHORT, of="repair"),
        published_at=clock.now(),
    )  # fmt: skip
    gone = withdraw(old, admin)
    ensure_presets()
    assert newest_version("repair") == gone
    bring_flow_back(version_id=gone.pk, actor=admin)
    assert [each.key for each in ensure_presets()] == ["repair"]


def test_what_nothing_could_take_the_place_of_is_not_withdrawn(world, admin):
    base = publish(edited())
    with pytest.raises(Refused) as refused:
        withdraw(base, admin)
    assert refused.value.code == "flow.needed"
    own = publish(edited() | {"key": "smart_toilet", "name": "智能马桶安装"})
    item = opened_for(world, "smart_toilet").item_version.item
    with pytest.raises(Refused, match=item.name):
        withdraw(own, admin)
    item.is_active = False
    item.save()
    assert withdraw(own, admin).withdrawn


def test_a_variant_that_is_switched_on_is_not_withdrawn(world, admin):
    storm = variant("storm", on_demand=True, when=[EAST])
    now = clock.now()
    switch("storm", now, now.replace(year=now.year + 1), admin)
    with pytest.raises(Refused):
        withdraw(storm, admin)


def test_an_older_version_and_a_variant_of_a_withdrawn_flow_are_left_alone(world, admin, unnamed):
    first, _second = publish(edited(of="repair")), publish(edited(of="repair"))
    with pytest.raises(Conflict):
        withdraw(first, admin)
    gone = publish(edited(of="repair"), variant="gone", applies={"when": [EAST]})
    gone = withdraw(gone, admin)
    withdraw(newest_version("repair"), admin)
    with pytest.raises(Refused) as refused:
        bring_flow_back(version_id=gone.pk, actor=admin)
    assert refused.value.code == "flow.withdrawn"


def test_the_list_offers_it_and_the_page_says_what_follows(world, admin):
    east = variant("east", when=[EAST])
    another(world)
    client = browser(admin)
    url = reverse("workorders:flow-withdraw", args=[east.pk])
    assert url in client.get(reverse("workorders:flow-list")).content.decode()
    page = client.get(url).content.decode()
    assert "1 张" in page
    assert "安装流程" in page
    assert client.post(url).status_code == 302
    page = client.get(reverse("workorders:flow-list")).content.decode()
    gone = newest_version("installation", "east")
    back = reverse("workorders:flow-bring-back", args=[gone.pk])
    assert back in page
    assert client.post(back).status_code == 302
    assert not newest_version("installation", "east").withdrawn


def test_what_goes_on_with_an_older_version_of_an_item_follows_what_is_there_now(world, admin):
    """Its old version names a flow that was withdrawn once no item needed it."""
    own = publish(edited() | {"key": "smart_toilet", "name": "智能马桶安装"})
    old = opened_for(world, "smart_toilet").item_version
    item = old.item
    newer = ServiceItemVersion.objects.get(pk=old.pk)
    newer.pk, newer.number, newer.flow_key = None, old.number + 1, "repair"
    newer.save(force_insert=True)
    item.current = newer
    item.save()
    assert withdraw(own, admin).withdrawn
    old.refresh_from_db()
    assert flow_key_of(old, "installation") == "repair"
    ServiceItem.objects.filter(current__flow_key="repair").update(is_active=False)
    withdraw(newest_version("repair"), admin)
    assert flow_key_of(ServiceItemVersion.objects.get(pk=old.pk), "measuring") == "installation"
