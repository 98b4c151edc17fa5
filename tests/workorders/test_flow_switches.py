"""Temporary modes: who switches them on, when they return, what dispatchers see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from common import clock
from common.errors import Conflict, Refused
from tests.workorders.own_flows import another, edited, publish
from workorders.flow_switches import all_switches, running_switches, switchable
from workorders.models import FlowSwitch
from workorders.services.switching import end_switch, switch_on

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
STORM = ("installation", "storm")


@pytest.fixture
def storm(world):
    body = edited({"op": "name", "name": "台风模式"})
    return publish(body, variant="storm", applies={"on_demand": True})


def switched(world, start=NOON, hours=2, modes=(STORM,)):
    return switch_on(
        modes=modes,
        starts_at=start,
        ends_at=start + hours * HOUR,
        reason="台风预警",
        actor=world.admin,
    )


def test_a_mode_returns_by_itself_and_running_orders_keep_it(world, storm):
    with clock.moved_to(NOON):
        switched(world)
        order = another(world)
    with clock.moved_to(NOON + 2 * HOUR):
        assert another(world).flow_version.variant == ""
        assert running_switches() == []
    order.refresh_from_db()
    assert order.flow_version == storm


def test_ended_early_it_is_over_at_once_and_the_list_still_says_who_and_why(world, storm):
    with clock.moved_to(NOON):
        made = switched(world)[0]
    with clock.moved_to(NOON + HOUR):
        end_switch(switch=made, actor=world.admin)
        assert another(world).flow_version.variant == ""
        seen = all_switches()[0]
    assert (seen.state, seen.name, seen.switch.reason) == ("over", "台风模式", "台风预警")
    assert seen.switch.ends_at == NOON + HOUR


def test_one_that_is_called_off_before_it_begins_never_does(world, storm):
    with clock.moved_to(NOON):
        made = switched(world, start=NOON + HOUR)[0]
        end_switch(switch=made, actor=world.admin)
    with clock.moved_to(NOON + HOUR):
        assert another(world).flow_version.variant == ""


def test_in_one_time_a_mode_is_switched_on_once(world, storm):
    with clock.moved_to(NOON):
        switched(world)
        with pytest.raises(Conflict, match="14:00"):
            switched(world, start=NOON + HOUR)
        switched(world, start=NOON + 2 * HOUR)
    assert FlowSwitch.objects.count() == 2


@pytest.mark.parametrize(
    ("modes", "start", "hours", "code"),
    [
        ((), NOON, 2, "switch.nothing"),
        ((STORM,), NOON, -1, "switch.order"),
        ((STORM,), NOON - 3 * HOUR, 2, "switch.order"),
        ((STORM,), NOON, 24 * 367, "switch.long"),
        ((("installation", "none"),), NOON, 2, "switch.unknown"),
        ((("installation", ""),), NOON, 2, "switch.unknown"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_switched(
    world, storm, modes, start, hours, code
):
    with clock.moved_to(NOON), pytest.raises(Refused) as refused:
        switched(world, start, hours, (STORM, *modes) if code == "switch.unknown" else modes)
    assert refused.value.code == code
    assert not FlowSwitch.objects.exists()


def test_only_variants_that_wait_to_be_switched_on_are_offered(world, storm):
    publish(edited({"op": "name", "name": "华东"}), variant="east", applies={"months": [7]})
    assert [(mode.key, mode.variant) for mode in switchable()] == [STORM]


def test_a_mode_is_switched_on_and_ended_on_the_screen_and_dispatchers_are_told(
    world, storm, client
):
    client.force_login(world.admin)
    now = clock.china(clock.now())
    typed = {
        "modes": "installation/storm",
        "starts_at": f"{now:%Y-%m-%dT%H:%M}",
        "ends_at": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}",
        "reason": "台风预警",
    }
    assert client.post(reverse("workorders:switch-add"), typed).status_code == 302
    wrong = client.post(reverse("workorders:switch-add"), typed | {"ends_at": "2020-01-01T00:00"})
    assert wrong.status_code == 422
    assert "台风预警" in wrong.content.decode()
    client.force_login(world.dispatcher)
    for url in ("workorders:order-list", "dispatch:board"):
        assert "台风模式" in client.get(reverse(url)).content.decode()
    news = reverse("workorders:mode-news")
    live = {"HX-Request": "true", "X-Live": "1"}
    shown = client.get(news, headers=live)
    assert "台风模式" in shown.content.decode()
    stamp = {"stamp": shown["X-Stamp"]}
    assert client.get(news, stamp, headers=live).status_code == 204
    client.force_login(world.admin)
    made = FlowSwitch.objects.get()
    client.post(reverse("workorders:switch-end", args=[made.pk]))
    assert running_switches() == []
    client.force_login(world.dispatcher)
    ended = client.get(news, stamp, headers=live)
    assert ended.status_code == 200
    assert "台风模式" not in ended.content.decode()
