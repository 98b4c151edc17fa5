"""The dispatcher's board: what it shows, how it polls, what its buttons do."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Leave
from common import clock
from customers.models import Address
from dispatch.models import Assignment, JobOffer
from dispatch.services.assigning import assign
from network.models import ServiceTerritory
from tests.dispatch.town import MONDAY, agree, person, waiting
from tests.factories import UnitFactory, UserFactory
from workorders.models import WorkOrder

HTMX = {"HTTP_HX_REQUEST": "true"}
PARTS = ("pool-list", "lane-list", "figure-list")


@pytest.fixture
def desk(town, client):
    client.force_login(town.dispatcher)
    return client


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def post(client, name, order, **values):
    return client.post(reverse(f"dispatch:{name}", args=[order.number]), values, **HTMX)


def test_the_board_shows_the_waiting_order_and_who_is_recommended(town, desk):
    near = person(town)
    order = waiting(town)
    page = text(desk.get(reverse("dispatch:board")))
    assert order.number in page
    assert f'name="installer" value="{near.pk}"' in page
    assert 'data-key="1"' in page


def test_a_card_says_beside_urgent_what_makes_the_order_hard_and_a_change_is_shown(town, desk):
    order = waiting(town)
    pool = desk.get(reverse("dispatch:pool-list"), **HTMX)
    assert "x-tag-urgent" not in text(pool)
    marks = {"urgent": True, "high_work": True, "site_kind": "remote", "tags": ["无电梯"]}
    WorkOrder.objects.filter(pk=order.pk).update(**marks)
    tags = "".join(
        f'<span class="x-tag">{words}</span>' for words in ("高空作业", "偏远", "无电梯")
    )
    assert f'<span class="x-tag x-tag-urgent">加急</span>{tags}' in text(
        desk.get(reverse("dispatch:pool-list"), **HTMX)
    )


def test_an_empty_board_says_so(desk):
    page = text(desk.get(reverse("dispatch:board")))
    assert "x-empty" in page
    assert 'id="x-chosen"' in page


def test_an_order_of_others_is_not_there(town, client):
    order = waiting(town)
    client.force_login(town.stranger)
    assert order.number not in text(client.get(reverse("dispatch:board")))
    assert client.get(reverse("dispatch:order-panel", args=[order.number])).status_code == 404
    assert post(client, "order-assign", order, installer=1, way="manual").status_code == 404


def test_an_outlet_sees_what_waits_in_its_territory(town, client):
    outlet_desk = UserFactory(unit=town.suzhou)
    client.force_login(outlet_desk)
    order = waiting(town)
    assert order.number in text(client.get(reverse("dispatch:board")))
    ServiceTerritory.objects.all().delete()
    assert order.number not in text(client.get(reverse("dispatch:board")))


def test_a_neighbour_reads_a_waiting_order_and_changes_nothing_of_it(town, client):
    order = waiting(town)
    neighbour = UnitFactory(parent=town.west)
    ServiceTerritory.objects.create(outlet=neighbour, region=town.hangzhou)
    client.force_login(UserFactory(unit=neighbour))
    page = reverse("workorders:order-detail", args=[order.number])
    assert "x-card" in text(client.get(page))
    assert f"/customers/{order.customer_id}/" not in text(client.get(page))
    for name, args in (
        ("phone-reveal", []), ("note-add", []), ("marks-change", []), ("fact-record", []),
        ("code-issue", []), ("order-move", ["cancel"]), ("site-place", []),
    ):  # fmt: skip
        address = reverse(f"workorders:{name}", args=[order.number, *args])
        assert address not in text(client.get(page))
        assert client.post(address, {"text": "x"}).status_code == 404
    WorkOrder.objects.filter(pk=order.pk).update(meaning="ON_HOLD")
    assert client.get(page).status_code == 404


def test_an_installer_may_not_open_the_board(town, client):
    client.force_login(person(town).user)
    assert client.get(reverse("dispatch:board")).status_code == 403


@pytest.mark.parametrize("part", PARTS)
def test_an_unchanged_poll_answers_204_and_a_new_order_is_shown(town, desk, part):
    address = reverse(f"dispatch:{part}")
    stamp = desk.get(address, **HTMX)["X-Stamp"]
    assert desk.get(address, {"stamp": stamp}, **HTMX).status_code == 204
    installer, order = person(town), agree(waiting(town), 14)
    if part == "lane-list":
        assign(order_id=order.pk, installer_id=installer.pk, actor=town.dispatcher)
    assert desk.get(address, {"stamp": stamp}, **HTMX).status_code == 200


def test_the_panel_is_ranked_anew_only_when_something_moved(town, desk):
    person(town)
    order = waiting(town)
    address = reverse("dispatch:order-panel", args=[order.number])
    stamp = desk.get(address, **HTMX)["X-Stamp"]
    assert desk.get(address, {"stamp": stamp}, **HTMX).status_code == 204
    agree(order, 15)
    assert desk.get(address, {"stamp": stamp}, **HTMX).status_code == 200


def test_assigning_shows_the_next_order_and_wakes_the_other_parts(town, desk):
    installer = person(town)
    first, second = waiting(town, 1), waiting(town, 2)
    answer = post(desk, "order-assign", first, installer=installer.pk, way="suggested")
    assert second.number in text(answer)
    assert reverse("dispatch:order-withdraw", args=[first.number]) in text(answer)
    assert set(json.loads(answer["HX-Trigger"])) == {"toast", "board"}
    assert Assignment.objects.get(active=True).work_order == first


def test_who_is_too_late_gets_409_and_reads_who_was_faster(town, desk):
    first, second, order = person(town), person(town), waiting(town)
    assign(order_id=order.pk, installer_id=first.pk, actor=town.dispatcher)
    answer = post(desk, "order-assign", order, installer=second.pk, way="suggested")
    assert answer.status_code == 409
    assert first.user.display_name in answer.content.decode()
    assert answer["HX-Retarget"] == "#x-toasts"


def test_a_visit_is_reassigned_with_a_reason_and_not_without(town, desk):
    first, second, order = person(town), person(town), waiting(town)
    assign(order_id=order.pk, installer_id=first.pk, actor=town.dispatcher)
    assert "x-reason" in text(desk.get(reverse("dispatch:order-panel", args=[order.number])))
    values = {"installer": second.pk, "way": "suggested", "taking": "1"}
    assert post(desk, "order-assign", order, **values).status_code == 422
    assert post(desk, "order-assign", order, **values, reason="车坏了").status_code == 200
    assert Assignment.objects.get(active=True).installer == second


def test_a_visit_is_taken_back_from_its_menu(town, desk):
    installer, order = person(town), waiting(town)
    assign(order_id=order.pk, installer_id=installer.pk, actor=town.dispatcher)
    assert order.number in text(desk.get(reverse("dispatch:block-menu", args=[order.number])))
    assert post(desk, "order-withdraw", order, reason="").status_code == 422
    assert post(desk, "order-withdraw", order, reason="客户改期").status_code == 200
    assert not Assignment.objects.filter(active=True).exists()


def test_an_order_goes_into_the_grab_pool_and_out_of_it(town, desk):
    person(town)
    order = waiting(town)
    assert post(desk, "order-offer", order, radius_km=15, hours=2).status_code == 200
    assert JobOffer.objects.get().state == JobOffer.State.OPEN
    assert post(desk, "offer-withdraw", order).status_code == 200
    assert JobOffer.objects.get().state == JobOffer.State.WITHDRAWN
    assert post(desk, "order-offer", order, radius_km=0, hours=2).status_code == 422


@pytest.mark.parametrize(
    "values",
    [{}, {"installer": "x"}, {"installer": "1", "way": "claimed"}, {"installer": "9" * 20}],
)
def test_a_tampered_assignment_is_refused(town, desk, values):
    assert post(desk, "order-assign", waiting(town), **values).status_code == 422


def test_who_cannot_come_is_listed_with_the_reason(town, desk):
    person(town, rank=1)
    page = text(desk.get(reverse("dispatch:board"), {"order": waiting(town).number}))
    assert "x-unable" in page
    assert 'name="installer"' not in page


def test_a_site_that_is_not_on_the_map_is_said_to_be_so(town, desk):
    person(town)
    order = waiting(town)
    Address.objects.update(lon=None, lat=None, precision="none")
    page = text(desk.get(reverse("dispatch:board"), {"order": order.number}))
    assert "x-note-warn" in page
    assert "x-radar" not in page


def test_leave_is_hatched(town, desk):
    away = person(town)
    Leave.objects.create(installer=away, starts_on=MONDAY.date(), ends_on=MONDAY.date())
    assert f'id="x-lane-{away.pk}" data-installer="{away.pk}" data-off' in text(
        desk.get(reverse("dispatch:board"))
    )


@pytest.mark.parametrize(
    "query",
    [{"day": "0001-01-01"}, {"day": "x"}, {"outlet": "7'"}, {"region": "999999"}, {"page": "-1"}],
)
def test_a_filter_that_makes_no_sense_shows_everything(town, desk, query):
    order = waiting(town)
    assert order.number in text(desk.get(reverse("dispatch:board"), query))


def test_the_filter_narrows_people_and_orders(town, desk):
    installer, order = person(town), waiting(town)
    mine = text(desk.get(reverse("dispatch:board"), {"outlet": town.suzhou.pk}))
    assert order.number in mine
    assert f"x-lane-{installer.pk}" in mine
    region = text(desk.get(reverse("dispatch:board"), {"region": town.hangzhou.pk}))
    assert order.number in region


def queries(client, address):
    # As a poll: otherwise a slow minute between two calls writes the time of the last activity.
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address, headers={"X-Live": "1"}).status_code == 200
    return len(seen)


@pytest.mark.parametrize("part", [*PARTS, "board"])
def test_the_number_of_queries_does_not_depend_on_what_is_shown(town, desk, part):
    address = reverse(f"dispatch:{part}")

    def one_more(number):
        installer = person(town, km=1 + number / 10)
        assign(
            order_id=agree(waiting(town, number), 14).pk,
            installer_id=installer.pk,
            actor=town.dispatcher,
        )
        waiting(town, 500 + number)

    one_more(1)
    queries(desk, address)
    one = queries(desk, address)
    for number in range(2, 12):
        one_more(number)
    # Whose host it is was asked too long ago on a slow machine: once more, as before.
    queries(desk, address)
    assert queries(desk, address) == one


def test_the_board_of_three_hundred_people_stays_small(town, desk):
    for n in range(300):
        person(town, km=1 + n / 20, rank=3 if n % 2 else 1)
    for n in range(60):
        waiting(town, n)
    page = text(desk.get(reverse("dispatch:board")))
    assert page.count("<") - page.count("</") < 2_500
    assert clock.now() == MONDAY
