"""Moving and removing a surcharge somebody else changed meanwhile: the difference is shown, and asked."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from common.errors import Conflict
from settlement.models import PriceSurcharge
from settlement.quotations.surcharge_seen import shown_of
from settlement.quotations.surcharges import (
    begin_surcharges,
    move_surcharge,
    remove_surcharge,
    save_surcharge,
)
from tests.settlement.quotations.test_surcharges import as_shown

LIST = "settlement:surcharge-list"


@pytest.fixture
def rows(company):
    """The usual rows in their order: urgent, night, height, distance, member."""
    return begin_surcharges(actor=company.world.admin)


def button(client, row, act):
    """Open the table; return the address of a row's button and what it posts."""
    page = client.get(reverse(LIST))
    seen = next(each.seen for each in page.context["rows"] if each.row.pk == row.pk)
    posted = {"act": act, "seen": seen, "order": page.context["order"]}
    words = page.content.decode()
    assert f'name="order" value="{posted["order"]}"' in words
    return reverse("settlement:surcharge-change", args=[row.pk]), posted


def dearer(row, actor, rate_bp):
    """Somebody else changes the percentage of a row."""
    mine = PriceSurcharge.objects.get(pk=row.pk)
    seen = shown_of(mine)
    mine.rate_bp = rate_bp
    save_surcharge(row=mine, seen=seen, actor=actor)


def names():
    return list(PriceSurcharge.objects.values_list("name", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["remove", "up", "down"])
def test_a_row_changed_since_it_was_shown_is_only_touched_once_its_difference_was_seen(
    company, client, rows, act
):
    client.force_login(company.world.admin)
    night, before = rows[1], names()
    address, posted = button(client, night, act)
    dearer(night, company.finance, 4500)
    answer = client.post(address, posted)
    assert answer.status_code == 409
    words = answer.content.decode()
    for text in ("20%", "45%", company.finance.display_name):
        assert text in words
    assert names() == before
    conflict = answer.context["conflict"]
    again = {"act": act, "seen": conflict.seen, "order": conflict.order}
    for name, value in again.items():
        assert f'name="{name}"' in words
        assert name != "act" or f'value="{value}"' in words
    assert client.post(address, again).status_code == 302
    assert names() != before


@pytest.mark.django_db
def test_a_move_that_would_pass_another_row_than_on_the_page_shows_all_three_orders(
    company, client, rows
):
    client.force_login(company.world.admin)
    urgent, night, height = rows[:3]
    address, posted = button(client, height, "up")
    move_surcharge(row_id=urgent.pk, up=False, seen=as_shown(urgent), actor=company.finance)
    answer = client.post(address, posted)
    assert answer.status_code == 409
    orders = answer.context["conflict"].orders
    assert orders.seen[:3] == ("加急费", "夜间费", "高空费")
    assert orders.now[:3] == ("夜间费", "加急费", "高空费")
    assert orders.then[:3] == ("夜间费", "高空费", "加急费")
    assert company.finance.display_name in answer.content.decode()
    assert names()[:3] == list(orders.now[:3])
    again = {"act": "up", "seen": posted["seen"], "order": answer.context["conflict"].order}
    assert client.post(address, again).status_code == 302
    assert names()[:3] == list(orders.then[:3])
    assert night.name == "夜间费"


@pytest.mark.django_db
def test_a_neighbour_that_was_removed_is_shown_as_removed(company, client, rows):
    client.force_login(company.world.admin)
    address, posted = button(client, rows[2], "up")
    remove_surcharge(row_id=rows[1].pk, seen=as_shown(rows[1]), actor=company.finance)
    with translation.override("zh-hans"):
        orders = client.post(address, posted).context["conflict"].orders
    assert orders.seen[1] not in {row.name for row in rows}
    assert orders.then[:2] == ("高空费", "加急费")


@pytest.mark.django_db
def test_what_others_did_elsewhere_in_the_table_asks_nobody(company, client, rows):
    client.force_login(company.world.admin)
    address, posted = button(client, rows[1], "up")
    dearer(rows[4], company.finance, -700)
    move_surcharge(row_id=rows[4].pk, up=True, seen=as_shown(rows[4]), actor=company.finance)
    assert client.post(address, posted).status_code == 302
    assert names()[0] == rows[1].name


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"seen": ""}, {"seen": "[]"}, {"order": "a b"}, {"order": "²"}])
def test_a_page_that_does_not_say_what_it_showed_changes_nothing(company, client, rows, wrong):
    client.force_login(company.world.admin)
    address, posted = button(client, rows[1], "remove")
    assert client.post(address, posted | wrong).status_code == 422
    assert len(names()) == 5


@pytest.mark.django_db
def test_a_row_that_is_gone_is_said_to_be_gone(company, client, rows):
    client.force_login(company.world.admin)
    address, posted = button(client, rows[1], "remove")
    seen = as_shown(rows[1])
    remove_surcharge(row_id=rows[1].pk, seen=seen, actor=company.finance)
    assert client.post(address, posted).status_code == 409
    with pytest.raises(Conflict) as gone:
        move_surcharge(row_id=rows[1].pk, up=True, seen=seen, actor=company.finance)
    assert gone.value.code == "surcharge.gone"
