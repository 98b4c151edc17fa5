"""Running orders follow another version: each at its place, nothing that was done is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from common import clock
from common.errors import Conflict, Refused
from common.outbox import drain
from tests.workorders.own_flows import another, edited, order_with, publish
from tests.workorders.walking import assign, complete, step
from workorders.flow.moving import proposed_stages, stages_before
from workorders.flow_insertions import insertions
from workorders.flow_moves import move_preview
from workorders.flow_versions import read_version
from workorders.models import (
    FlowMove,
    FlowVersion,
    StageStay,
    StageTask,
    TimelineEvent,
    WorkOrder,
)
from workorders.services.inserting import insert_for_all
from workorders.services.moving import cancel_move, go_on_moving, start_move

FASTER = {"op": "limits", "percent": 50}
RENAMED = {"op": "stage", "stage": "accepted", "name": "已确认接单"}


def worked_off():
    while drain(queues=["bulk"]):
        pass


def moved(world, old, new, **changes):
    stages = proposed_stages(read_version(old), read_version(new)) | changes
    move = start_move(old=old, new=new, stages=stages, actor=world.admin)
    worked_off()
    move.refresh_from_db()
    return move


def at_stages(world):
    """One order waiting, one assigned, one accepted, one in review, of one version."""
    first = order_with(world, {"op": "name", "name": "安装流程一"})
    orders = [first, *(another(world) for _n in range(3))]
    assign(orders[1], world)
    step(assign(orders[2], world), "accept", world.installer.user)
    complete(orders[3], world)
    return orders


def test_orders_go_to_the_stage_of_the_same_key_with_its_name_and_limit(world):
    orders = at_stages(world)
    old = orders[0].flow_version
    new = publish(edited(FASTER, RENAMED))
    since = [order.stage_since for order in orders]
    move = moved(world, old, new)
    assert (move.state, move.total, move.moved, move.left) == (FlowMove.State.DONE, 4, 4, 0)
    for order in orders:
        order.refresh_from_db()
        assert order.flow_version == new
        stay = StageStay.objects.get(work_order=order, left_at=None)
        assert (stay.flow_version, stay.stage, stay.due_at) == (new, order.stage, order.due_at)
        assert TimelineEvent.objects.filter(work_order=order, code="flow_moved").count() == 1
    assert StageStay.objects.get(work_order=orders[2], left_at=None).name == "已确认接单"
    stage = read_version(new).stage("waiting")
    waited = (orders[0].due_at - since[0]).total_seconds()
    assert waited == pytest.approx(60 * stage.sla_minutes)


def test_a_moved_order_goes_on_to_its_end(world):
    order = at_stages(world)[3]
    moved(world, order.flow_version, publish(edited(FASTER)))
    order.refresh_from_db()
    assert step(order, "cancel", world.admin, reason="客户退单").stage == "cancelled"


def test_what_has_no_place_stays_and_is_counted(world):
    orders = at_stages(world)
    old = orders[0].flow_version
    move = moved(world, old, publish(edited(FASTER)), waiting="")
    orders[0].refresh_from_db()
    assert (move.moved, move.left, orders[0].flow_version_id) == (3, 1, old.pk)


def test_an_order_that_went_on_meanwhile_is_moved_from_where_it_stands(world):
    order = at_stages(world)[1]
    old, new = order.flow_version, publish(edited(RENAMED))
    stages = proposed_stages(read_version(old), read_version(new))
    move = start_move(old=old, new=new, stages=stages, actor=world.admin)
    step(order, "accept", world.installer.user)
    worked_off()
    order.refresh_from_db()
    move.refresh_from_db()
    assert (order.stage, order.flow_version, move.moved) == ("accepted", new, 4)


def test_the_same_message_again_moves_nothing_again(world, monkeypatch):
    monkeypatch.setattr("workorders.services.moving._AT_ONCE", 2)
    orders = at_stages(world)
    move = moved(world, orders[0].flow_version, publish(edited(FASTER)))
    go_on_moving(move_id=move.pk, after=0)
    move.refresh_from_db()
    assert move.moved == 4
    assert TimelineEvent.objects.filter(code="flow_moved").count() == 4


def test_a_stopped_move_leaves_the_others_and_can_be_begun_anew(world, monkeypatch):
    monkeypatch.setattr("workorders.services.moving._AT_ONCE", 2)
    orders = at_stages(world)
    old, new = orders[0].flow_version, publish(edited(FASTER))
    stages = proposed_stages(read_version(old), read_version(new))
    move = start_move(old=old, new=new, stages=stages, actor=world.admin)
    with pytest.raises(Conflict):
        start_move(old=old, new=new, stages=stages, actor=world.admin)
    go_on_moving(move_id=move.pk, after=0)
    cancel_move(move_id=move.pk, actor=world.admin)
    worked_off()
    move.refresh_from_db()
    assert (move.state, move.moved) == (FlowMove.State.CANCELLED, 2)
    again = moved(world, old, new)
    assert (again.total, again.moved) == (2, 2)


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("in_review", "on_site", "move.map"),
        ("waiting", "cancelled", "move.map"),
        ("waiting", "accepted", "move.map"),
        ("waiting", "no_such", "move.map"),
    ],
)
def test_a_move_settles_gives_and_ends_nothing(world, source, target, code):
    old = order_with(world, FASTER).flow_version
    new = publish(edited(RENAMED))
    with pytest.raises(Refused) as refused:
        start_move(old=old, new=new, stages={source: target}, actor=world.admin)
    assert refused.value.code == code


def test_the_preview_counts_what_would_stick_and_says_why(world):
    orders = at_stages(world)
    old = orders[0].flow_version
    form = {
        "key": "look",
        "name": "复核",
        "fields": [{"key": "ok", "label": "可以", "kind": "text"}],
    }
    new = publish(edited({"op": "form", "form": form, "stage": "accepted"}))
    stages = proposed_stages(read_version(old), read_version(new)) | {"waiting": ""}
    rows = {row.stage.key: row for row in move_preview(old, new, stages)}
    assert rows["waiting"].left
    assert (rows["accepted"].orders, rows["accepted"].stuck) == (1, 1)
    assert "复核" in rows["accepted"].why
    assert rows["accepted"].asks


def test_one_more_block_reaches_the_running_orders_that_have_not_passed_its_place(world):
    orders = at_stages(world)
    planned = insertions(block="acceptance_photo", where="", keys=["installation"])
    assert (planned[0].moved, planned[0].passed, planned[0].problems) == (3, 1, ())
    seen = [each.newest.pk for each in planned]
    chosen = {"block": "acceptance_photo", "where": "", "keys": ["installation"]}
    insert_for_all(**chosen, seen=seen, actor=world.admin)
    worked_off()
    newest = FlowVersion.objects.filter(key="installation", variant="").latest("number")
    assert newest.published_by == world.admin
    follow = []
    for order in orders:
        order.refresh_from_db()
        follow.append(order.flow_version_id == newest.pk)
    assert follow == [True, True, True, False]
    with pytest.raises(Conflict):
        insert_for_all(**chosen, seen=seen, actor=world.admin)


def test_the_variants_of_a_flow_get_the_block_with_it(world):
    order_with(world, RENAMED)
    base = edited(RENAMED)
    FlowVersion.objects.create(
        key="installation", variant="east", number=1, name="华东", body=base | {"name": "华东"},
        edits=[FASTER], applies={"months": [7]}, published_at=order_with(world).created_at,
    )  # fmt: skip
    planned = insertions(block="third_party_inspection", where="", keys=["installation"])
    assert [each.newest.variant for each in planned] == ["", "east"]
    assert all(each.new_stages and not each.problems for each in planned)


def test_a_block_where_it_cannot_stand_is_told_before_anything_is_published(world):
    order_with(world, RENAMED)
    planned = insertions(block="acceptance_photo", where="before:first DONE", keys=["installation"])
    assert planned[0].problems
    with pytest.raises(Refused, match=planned[0].newest.name):
        insert_for_all(
            block="acceptance_photo",
            where="before:first DONE",
            keys=["installation"],
            seen=[planned[0].newest.pk],
            actor=world.admin,
        )


def test_a_task_for_some_orders_alone_is_a_reason_for_those_and_for_no_others(world):
    """One stands in a stage of the same key, where the other version asks one department more."""
    parts = {"key": "parts", "name": "备料", "role": "outlet_manager"}
    rush = [{"fact": "tag", "any_of": ["加急"]}]
    first, second = order_with(world, {"op": "task", "stage": "waiting", "task": {
        **parts, "when": [{"fact": "tag", "any_of": ["没有"]}]}}), another(world)  # fmt: skip
    WorkOrder.objects.filter(pk=second.pk).update(tags=["加急"])
    new = publish(edited({"op": "task", "stage": "waiting", "task": {**parts, "when": rush}}))
    old = first.flow_version
    [row] = move_preview(old, new, proposed_stages(read_version(old), read_version(new)))
    assert (row.orders, row.stuck, row.numbers) == (2, 1, (second.number,))
    assert "备料" in row.why
    StageTask.objects.create(
        stay=second.stays.get(), work_order=second, key="parts", name="备料", role="outlet_manager"
    )
    [row] = move_preview(old, new, proposed_stages(read_version(old), read_version(new)))
    assert row.stuck == 0


LOOK = {"key": "look", "name": "复核", "fields": [{"key": "ok", "label": "可以", "kind": "text"}]}


def look_first(world, client):
    client.force_login(world.admin)
    typed = {"block": "acceptance_photo", "where": "", "flows": ["installation"]}
    return client.post(reverse("workorders:insertion"), typed)


def test_before_a_block_is_put_in_its_place_is_shown_with_the_orders_before_and_past_it(
    world, client
):
    at_stages(world)
    page = look_first(world, client)
    [each] = page.context["planned"]
    at = [stage.is_new for stage in each.line].index(True)
    assert each.line[at - 1].name == each.behind
    assert sum(stage.moved for stage in each.line[:at]) == 3
    assert [(stage.name, stage.passed) for stage in each.line if stage.passed] == [("待回访", 1)]
    assert "<li data-new>" in page.content.decode()


def test_orders_that_would_stick_once_a_block_is_put_in_are_named_by_version_and_stage(
    world, client
):
    orders = at_stages(world)
    publish(edited({"op": "form", "form": LOOK, "stage": "accepted"}))
    page = look_first(world, client)
    [each] = page.context["planned"]
    [(version, move)] = each.sticking
    assert (version, move.stage.key, move.numbers) == (
        orders[2].flow_version, "accepted", (orders[2].number,),
    )  # fmt: skip
    assert page.context["stuck"] == 1
    content = page.content.decode()
    assert orders[2].number in content
    assert "复核" in content


def test_a_withdrawn_variant_gets_no_block_and_that_is_said_with_its_running_orders(world, client):
    order = at_stages(world)[0]
    rain = publish(edited(RENAMED) | {"name": "雨季"}, variant="rain")
    type(order).objects.filter(pk=order.pk).update(flow_version=rain)
    assert look_first(world, client).context["left_out"] == []
    gone = FlowVersion.objects.create(
        key="installation", variant="rain", number=2, name="雨季", body=edited(RENAMED),
        withdrawn=True, published_at=clock.now(),
    )  # fmt: skip
    page = look_first(world, client)
    assert [each.newest.variant for each in page.context["planned"]] == [""]
    [left] = page.context["left_out"]
    assert (left.version, left.orders) == (gone, 1)
    assert "雨季" in page.content.decode()


def test_before_a_stage_lie_those_from_which_planned_work_comes_to_it():
    from workorders.flow import read_flow

    flow = read_flow(edited())
    before = stages_before(flow, {"on_site"})
    assert {"waiting", "accepted"} <= before
    assert before.isdisjoint({"in_review", "done", "cancelled"})


def test_the_screens_lead_from_the_map_to_the_finished_move(world, client):
    orders = at_stages(world)
    old, new = orders[0].flow_version, publish(edited(FASTER))
    client.force_login(world.admin)
    page = client.get(reverse("workorders:move-list")).content.decode()
    assert reverse("workorders:move-start", args=[old.pk]) in page
    url = reverse("workorders:move-start", args=[old.pk])
    assert client.get(url).status_code == 200
    typed = {f"stage_{key}": to for key, to in
             proposed_stages(read_version(old), read_version(new)).items()}  # fmt: skip
    answer = client.post(url, typed | {"shown": new.pk, "to": new.pk, "start": "1"})
    assert answer.status_code == 302
    worked_off()
    assert client.get(answer["Location"], headers={"HX-Request": "true"}).status_code == 286
    assert FlowMove.objects.get().moved == 4


def test_the_insertion_screen_looks_first_and_publishes_what_was_seen(world, client):
    at_stages(world)
    client.force_login(world.admin)
    url = reverse("workorders:insertion")
    assert client.post(url, {}).status_code == 422
    typed = {"block": "acceptance_photo", "where": "", "flows": ["installation"]}
    before = FlowVersion.objects.count()
    page = client.post(url, typed).content.decode()
    assert FlowVersion.objects.count() == before
    newest = FlowVersion.objects.filter(key="installation", variant="").latest("number")
    assert f'name="seen" value="{newest.pk}"' in page
    done = client.post(url, typed | {"seen": [newest.pk], "publish": "1"})
    assert done.status_code == 302
    assert FlowVersion.objects.count() == before + 1


def test_a_held_order_that_somebody_has_is_not_moved_to_where_orders_wait_to_be_given(world):
    """One held with its installer, one held without: the map is the same for both."""
    contact = clock.now() + timedelta(days=1)
    first = order_with(world, {"op": "name", "name": "安装流程一"})
    second = another(world)
    held = step(
        assign(first, world), "hold", world.dispatcher, reason="等", next_contact_at=contact
    )
    assert held.installer is not None
    step(second, "hold", world.dispatcher, reason="等", next_contact_at=contact)
    old, new = first.flow_version, publish(edited(FASTER))
    stages = {"on_hold": "waiting"}
    [row] = move_preview(old, new, stages)
    assert (row.orders, row.stuck, row.numbers) == (2, 1, (first.number,))
    moved(world, old, new, on_hold="waiting")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.stage, first.flow_version) == ("on_hold", old)
    assert (second.stage, second.flow_version) == ("waiting", new)


def test_the_preview_names_orders_that_new_tasks_answers_and_proofs_would_hold_up(client, world):
    orders = at_stages(world)
    task = {"key": "parts", "name": "备件", "role": "outlet_manager"}
    guards = ["has_appointment", "customer_answered", "has_signature"]
    new = publish(
        edited(
            {"op": "task", "stage": "accepted", "task": task},
            {"op": "way", "stage": "accepted", "way": "set_out", "add_guards": guards},
        )
    )
    old = orders[0].flow_version
    stages = proposed_stages(read_version(old), read_version(new))
    row = {each.stage.key: each for each in move_preview(old, new, stages)}["accepted"]
    assert (row.stuck, row.numbers) == (1, (orders[2].number,))
    assert [word in row.why for word in ("备件", "客户已通过链接同意", "客户已签名")] == [True] * 3
    client.force_login(world.admin)
    page = client.get(reverse("workorders:move-start", args=[old.pk]), {"to": new.pk})
    assert reverse("workorders:order-detail", args=[orders[2].number]) in page.content.decode()
