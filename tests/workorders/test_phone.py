"""The phone's day and visit: who may do what, what is told at once, what a post takes effect on."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tenants.utils import schema_context

from catalog.models import Material, ProductMapping, RegionalOverride
from catalog.services.overrides import Change, save_override
from common import clock
from common.journal.models import AuditRecord
from tests.cast import BETA
from tests.factories import InstallerFactory
from tests.workorders.walking import arrive, assign, complete, step
from tests.workorders.world import (
    open_order,
    photo,
    service_line,
    shop_order,
    signature,
    tomorrow,
)
from workorders.codes import issue_code
from workorders.local_item import local_item, local_notes
from workorders.models import CheckIn, InstallerNotice, MaterialUsed, TimelineEvent
from workorders.phone_materials import material_lines
from workorders.services.evidence import mark_step
from workorders.services.progress import assign_installer, end_by_shop


@pytest.fixture
def order(world):
    return assign(open_order(world), world)


@pytest.fixture
def me(world, client):
    client.force_login(world.installer.user)
    return world.installer.user


def url(name, order, *more):
    return reverse(f"workorders-phone:{name}", args=[order.number, *more])


def post(client, address, **fields):
    """Post as the phone's queue does."""
    key = fields.pop("key", uuid4().hex)
    headers = {"X-Outbox": "1", "Idempotency-Key": key, "Accept": "application/json"}
    return client.post(address, fields, headers=headers)


def message(answer):
    return answer.json()["error"]["message"]


def queue_posts(order):
    return [
        url("job-move", order, "accept"),
        url("job-arrive", order, "arrive"),
        url("job-step", order),
        url("job-photo", order),
        url("job-materials", order),
        url("job-signature", order),
    ]


# Who may


def test_the_queue_is_told_401_and_never_sent_elsewhere_when_the_sign_in_is_gone(client, order):
    answers = [post(client, address) for address in queue_posts(order)]
    assert [answer.status_code for answer in answers] == [401] * 6


def test_a_post_of_the_queue_names_its_key(client, me, order):
    for address in queue_posts(order):
        nameless = {"X-Outbox": "1", "Idempotency-Key": ""}
        assert client.post(address, headers=nameless).status_code == 400


def test_nobody_else_finds_the_visit(client, other_client, world, order, other_tenant):
    client.force_login(world.other_installer.user)
    assert client.get(url("job", order)).status_code == 404
    assert [post(client, each).status_code for each in queue_posts(order)] == [404] * 6
    client.force_login(world.dispatcher)
    assert client.get(url("job", order)).status_code == 403
    assert [post(client, each).status_code for each in queue_posts(order)] == [403] * 6
    with schema_context(BETA.schema):
        stranger = InstallerFactory().user
    other_client.force_login(stranger)
    assert other_client.get(url("job", order)).status_code == 404


# The number


def test_the_number_waits_until_the_order_was_accepted_and_each_look_is_noted(client, me, order):
    assert "13712345678" not in client.get(url("job", order)).content.decode()
    refused = client.post(url("number-show", order), headers={"HX-Request": "true"})
    assert refused.status_code == 422
    step(order, "accept", me)
    shown = client.post(url("number-show", order), headers={"HX-Request": "true"})
    assert "tel:13712345678" in shown.content.decode()
    assert AuditRecord.objects.filter(action="contact.revealed", actor_id=me.pk).count() == 1
    assert TimelineEvent.objects.filter(work_order=order, code="number_shown").count() == 1
    assert "13712345678" not in client.get(url("job", order)).content.decode()


# Moves


def test_a_post_sent_twice_takes_effect_once(client, me, order):
    answers = [post(client, url("job-move", order, "accept"), key="k1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer["X-Idempotency-Key"] for answer in answers] == ["k1", "k1"]
    assert TimelineEvent.objects.filter(work_order=order, code="moved").count() == 2


def test_completing_names_everything_that_is_missing(client, world, me):
    order = arrive(open_order(world), world)
    mark_step(order_id=order.pk, seq=1, actor=me)
    answer = post(client, url("job-move", order, "complete"))
    assert answer.status_code == 422
    assert all(name in message(answer) for name in ("安装室内机", "铭牌照", "完工照"))
    assert "开箱验货" not in message(answer)


@pytest.mark.parametrize(("month", "applies"), [(1, True), (6, False)])
def test_the_regions_winter_material_and_instruction_reach_phone_and_desk(
    client, world, me, month, applies
):
    tape = Material.objects.create(
        code="T-TAPE", name="电伴热带", unit="米", kind="consumable", unit_price_fen=900
    )
    RegionalOverride.objects.create(
        item=world.item, region=world.hangzhou.parent, months=[11, 12, 1, 2],
        material_code="T-TAPE", material_milli=2500, note="管路缠电伴热带并做保温",
    )  # fmt: skip
    order = assign(open_order(world, shop_order(service_line(quantity=2))), world)
    start = clock.now().replace(year=2027, month=month, day=15)
    order.window_starts_at, order.window_ends_at = start, start + timedelta(hours=2)
    order.save()
    phone = client.get(url("job", order)).content.decode()
    client.force_login(world.admin)
    desk = client.get(reverse("workorders:order-detail", args=[order.number])).content.decode()
    assert ("管路缠电伴热带并做保温" in phone, "管路缠电伴热带并做保温" in desk) == (
        applies,
        applies,
    )
    field = re.search(rf'name="material-{tape.pk}"[^>]*value="([^"]*)"', phone)
    assert (field.group(1) if field else None) == ("5" if applies else None)


def test_finished_work_shows_what_the_region_asked_for_then(world, client):
    tape = Material.objects.create(
        code="T-TAPE", name="电伴热带", unit="米", kind="consumable", unit_price_fen=900
    )
    change = Change(note="管路缠电伴热带", material_code=tape.code, material_milli=2500)
    region = world.hangzhou.parent
    say = partial(save_override, item=world.item, region=region, actor=None)
    first = say(change=change)
    done = complete(open_order(world, shop_order(number="K1")), world)
    runs = assign(open_order(world, shop_order(number="K2")), world)
    say(change=replace(change, note="改用保温棉", material_milli=9000), override=first)

    def shown(order):
        item = local_item(order)
        planned = {line.name: line.planned for line in material_lines(order, item)}
        return [note.text for note in local_notes(item)], planned["电伴热带"]

    assert shown(done) == (["管路缠电伴热带"], "2.5")
    assert shown(runs) == (["改用保温棉"], "9")
    client.force_login(world.admin)
    page = client.get(reverse("workorders:order-detail", args=[done.number])).content.decode()
    assert "管路缠电伴热带" in page
    assert "改用保温棉" not in page


@pytest.mark.parametrize(
    ("key", "fields", "meaning", "then"),
    [
        ("decline", {"reason": "太远"}, "WAITING", "today"),
        ("hold", {"reason": "没到货", "next_contact_at": "soon"}, "ON_HOLD", "today"),
        ("book", {"day": "tomorrow", "starts": "09:00", "ends": "11:00"}, "ASSIGNED", "job"),
    ],
)
def test_what_does_not_go_to_plan_leads_on(client, me, order, key, fields, meaning, then):
    step(order, "accept", me)
    soon = clock.china(clock.now() + timedelta(days=1))
    words = {"soon": f"{soon:%Y-%m-%dT%H:%M}", "tomorrow": f"{soon:%Y-%m-%d}"}
    typed = {name: words.get(value, value) for name, value in fields.items()}
    answer = post(client, url("job-move", order, key), leave="1", **typed)
    order.refresh_from_db()
    assert (answer.status_code, order.meaning) == (200, meaning)
    wanted = url("job", order) if then == "job" else reverse("workorders-phone:today")
    assert answer.json()["next"] == wanted
    if key == "book":
        assert f"{clock.china(order.window_starts_at):%H:%M}" == "09:00"


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("decline", {}),
        ("hold", {"reason": "没到货"}),
        ("hold", {"reason": "没到货", "next_contact_at": "2020-01-01T09:00"}),
        ("hold", {"reason": "没到货", "next_contact_at": "never"}),
        ("book", {"day": "2026-12-01", "starts": "09:00"}),
        ("book", {"day": "2026-12-01", "starts": "11:00", "ends": "09:00"}),
        ("no_such_move", {}),
        ("approve", {}),
    ],
)
def test_half_an_answer_is_refused_with_a_sentence_and_changes_nothing(
    client, me, order, key, fields
):
    step(order, "accept", me)
    answer = post(client, url("job-move", order, key), **fields)
    before, order = order, type(order).objects.get(pk=order.pk)
    assert answer.status_code in (409, 422)
    assert message(answer)
    assert order.stage == "accepted"
    assert order.window_starts_at == before.window_starts_at


# Arrival


@pytest.mark.parametrize(
    ("fields", "method"),
    [
        ({"latitude": "30.28", "longitude": "120.12", "accuracy": "20"}, "position"),
        ({"latitude": "31.28", "longitude": "121.12", "accuracy": "20"}, "position"),
        ({"code": "CODE"}, "code"),
        ({"code": "https://alpha.localhost/v/CODE"}, "code"),
        ({"position_error": "denied"}, "manual"),
        ({"reason": "地下室没有信号"}, "manual"),
    ],
)
def test_arriving_takes_a_position_a_code_or_a_reason(client, me, order, fields, method):
    step(order, "accept", me)
    typed = {
        name: value.replace("CODE", issue_code(order_id=order.pk, actor=None))
        for name, value in fields.items()
    }
    answer = post(client, url("job-arrive", order, "arrive"), **typed)
    assert answer.status_code == 200
    order.refresh_from_db()
    assert order.meaning == "ON_SITE"
    assert CheckIn.objects.get(work_order=order).method == method


def test_an_arrival_that_is_refused_leaves_no_check_in(client, me, order):
    answer = post(client, url("job-arrive", order, "arrive"), reason="没有信号")
    assert answer.status_code == 409
    assert not CheckIn.objects.filter(work_order=order).exists()
    step(order, "accept", me)
    assert post(client, url("job-arrive", order, "arrive")).status_code == 422
    assert post(client, url("job-arrive", order, "arrive"), latitude="91").status_code == 422


# Proofs


@pytest.mark.parametrize(
    ("typed", "milli"),
    [("3", 3000), ("2.5", 2500), ("0.001", 1), ("1000", 1_000_000), ("0", None), ("", None)],
)
def test_materials_are_typed_in_peoples_units(client, world, me, typed, milli):
    order = arrive(open_order(world), world)
    field = f"material-{world.pipe.pk}"
    assert post(client, url("job-materials", order), **{field: typed}).status_code == 200
    used = MaterialUsed.objects.filter(work_order=order).values_list("quantity_milli", flat=True)
    assert list(used) == ([] if milli is None else [milli])


@pytest.mark.parametrize("typed", ["-1", "1001", "2.5555", "1e3", "NaN", "三", "9" * 40])
def test_an_impossible_quantity_is_refused_naming_the_material(client, world, me, typed):
    order = arrive(open_order(world), world)
    answer = post(client, url("job-materials", order), **{f"material-{world.pipe.pk}": typed})
    assert answer.status_code == 422
    assert "铜管" in message(answer)
    assert not MaterialUsed.objects.filter(work_order=order).exists()


def test_the_page_is_prefilled_with_what_the_item_plans_and_shows_what_is_missing(
    client, world, me
):
    order = arrive(open_order(world), world)
    page = client.get(url("job", order)).content.decode()
    assert re.search(rf'name="material-{world.pipe.pk}"[^>]*value="3"', page)
    assert page.count("data-wish=") == 2
    assert "铭牌照" in page
    assert "断电" in page


def test_photo_step_and_signature_arrive_through_the_queue(client, world, me):
    order = arrive(open_order(world), world)
    taken = f"{clock.now():%Y-%m-%dT%H:%M:%S.000Z}"
    sent = {"seq": "1", "label": "铭牌照", "slot": "1-铭牌照-0", "taken_at": taken}
    assert post(client, url("job-photo", order), photo=photo(), **sent).status_code == 200
    assert post(client, url("job-step", order), seq="1", done="true").status_code == 200
    assert post(client, url("job-step", order), seq="1", done="false").status_code == 200
    assert post(client, url("job-signature", order), signature=signature()).status_code == 200
    assert order.evidence.count() == 2
    assert not order.steps_done.exists()
    assert post(client, url("job-step", order), seq="99", done="true").status_code == 422
    assert post(client, url("job-photo", order), seq="1").status_code == 422


def test_after_the_work_the_page_says_so(client, world, me):
    order = complete(open_order(world), world)
    page = client.get(url("job", order))
    assert "workorders/phone/job_done.html" in [template.name for template in page.templates]


# What is told at once


@pytest.mark.parametrize("how", ["refund", "reassign"])
def test_an_order_that_is_taken_away_is_told_with_its_reason(client, world, me, order, how):
    if how == "refund":
        end_by_shop(order_id=order.pk, reason="买家已退款")
    else:
        assign_installer(
            order_id=order.pk,
            installer=world.other_installer,
            actor=world.dispatcher,
            reason="买家已退款",
        )
    day = client.get(reverse("workorders-phone:today")).content.decode()
    assert "买家已退款" in day
    assert "买家已退款" in client.get(url("job", order)).content.decode()
    news = client.get(url("job-news", order), headers={"HX-Request": "true"})
    assert news.status_code == 286
    assert "买家已退款" in news.content.decode()
    gone = post(client, url("job-move", order, "accept"))
    assert gone.status_code == 410
    assert "买家已退款" in message(gone)
    notice = InstallerNotice.objects.get()
    client.post(reverse("workorders-phone:notice-seen", args=[notice.pk]))
    assert "买家已退款" not in client.get(reverse("workorders-phone:today")).content.decode()


def test_who_gives_an_order_back_is_not_told_of_it(world, me, order):
    step(order, "decline", me, reason="太远")
    assert not InstallerNotice.objects.exists()


def test_nobody_reads_away_the_notice_of_another(client, world, order):
    end_by_shop(order_id=order.pk, reason="买家已退款")
    client.force_login(world.other_installer.user)
    client.post(reverse("workorders-phone:notice-seen", args=[InstallerNotice.objects.get().pk]))
    assert InstallerNotice.objects.get().seen_at is None


def test_an_open_visit_hears_of_the_office_and_not_of_itself(client, world, me, order):
    step(order, "accept", me)
    page = client.get(url("job", order)).content.decode()
    stamp = re.search(r'name="stamp" value="(\w+)"', page)[1]

    def poll():
        address = f"{url('job-news', order)}?stamp={stamp}"
        return client.get(address, headers={"HX-Request": "true", "X-Live": "1"}).status_code

    mark_step(order_id=order.pk, seq=1, actor=me)
    assert poll() == 204
    step(order, "book", world.dispatcher, appointment=tomorrow())
    assert poll() == 200


# The day


def test_an_unchanged_day_costs_a_poll_nothing(client, me, order):
    address = reverse("workorders-phone:today")
    stamp = client.get(address, headers={"HX-Request": "true"})["X-Stamp"]
    headers = {"HX-Request": "true", "X-Live": "1"}
    assert client.get(f"{address}?stamp={stamp}", headers=headers).status_code == 204
    step(order, "accept", me)
    assert client.get(f"{address}?stamp={stamp}", headers=headers).status_code == 200


def test_a_distance_to_an_uncertain_place_is_marked(client, me, order):
    assert "157" in client.get(reverse("workorders-phone:today")).content.decode()
    day = reverse("workorders-phone:today")
    assert "x-estimated" not in client.get(day).content.decode()
    type(order).objects.filter(pk=order.pk).update(distance_estimated=True)
    assert "x-estimated" in client.get(day).content.decode()


def test_the_day_costs_the_same_queries_for_one_stop_and_for_eight(client, world, me):
    client.get(reverse("workorders-phone:today"))
    counts = []
    for number in (1, 7):
        for each in range(number):
            assign(open_order(world, shop_order(number=f"E{number}-{each}")), world)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("workorders-phone:today"))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_an_installer_without_jobs_is_shown_the_way_to_some(client, world):
    client.force_login(world.other_installer.user)
    page = client.get(reverse("workorders-phone:today")).content.decode()
    assert reverse("dispatch-phone:pool") in page


def test_a_repair_is_quoted_and_agreed_on_the_phone(client, world, me):
    ProductMapping.objects.create(product_code="SVC-FIX", item=world.repair)
    line = service_line(outer_item_id="SVC-FIX")
    order = arrive(open_order(world, shop_order(line)), world)
    assert 'name="quote"' in client.get(url("job", order)).content.decode()
    wrong = post(client, url("job-move", order, "quote"), quote="12.345")
    assert wrong.status_code == 422
    assert post(client, url("job-move", order, "quote"), quote="128.50").status_code == 200
    assert order.facts.get(kind="quote_fen").value == "12850"
    assert post(client, url("job-move", order, "start_repair")).status_code == 422
    agreed = post(client, url("job-move", order, "start_repair"), confirmed="true")
    assert agreed.status_code == 200
    parts = {"reason": "缺主板", "next_contact_at": f"{tomorrow()[0]:%Y-%m-%dT%H:%M}"}
    waiting = post(
        client, url("job-move", order, "order_parts"), confirmed="true", leave="1", **parts
    )
    assert waiting.json()["next"] == reverse("workorders-phone:today")
    page = client.get(url("job", order))
    assert page.status_code == 200
    assert "data-page=" not in page.content.decode()
