"""Surcharges: a company's own rows, counted in their order, each a line of the offer."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.roles import Role
from common import clock
from common.errors import Conflict, Refused
from settlement.models import PriceSurcharge
from settlement.quotations.asking import Asked
from settlement.quotations.document import quotation_html
from settlement.quotations.making import make_quotation
from settlement.quotations.pricing import price
from settlement.quotations.selectors import offer_of
from settlement.quotations.surcharge_seen import shown_of
from settlement.quotations.surcharge_stale import TableSeen
from settlement.quotations.surcharges import (
    begin_surcharges,
    move_surcharge,
    remove_surcharge,
    save_surcharge,
)
from settlement.quotations.surcharging import surcharge_lines
from settlement.quotations.words import line_words
from tests.factories import RegionFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 5)
SERVICE_FEN = 20_000


def asked(company, **changes) -> Asked:
    """Two devices in Hangzhou on a Thursday afternoon."""
    world = company.world
    plain = {
        "item_version": world.item.current, "region": world.hangzhou, "planned_on": DAY,
        "valid_until": date(2026, 11, 20), "vat_bp": 600, "quantity": 2, "floor": 1,
        "starts_at": datetime(2026, 11, 5, 14, 0, tzinfo=clock.CHINA), "distance_m": 10_000,
        "grade": company.installer.grade, "customer_name": "王女士",
    }  # fmt: skip
    return Asked(**(plain | changes))


def row(**changes) -> PriceSurcharge:
    """A row that is not kept."""
    plain = {"name": "费", "occasion": "always", "way": "service", "most": 999}
    return PriceSurcharge(**(plain | changes))


def as_shown(kept: PriceSurcharge) -> TableSeen:
    """What the table shows now of a row and of the order."""
    now = PriceSurcharge.objects.get(pk=kept.pk)
    order = tuple(PriceSurcharge.objects.values_list("pk", flat=True))
    return TableSeen(shown_of(now), order)


URGENT = {"occasion": "urgent", "rate_bp": 3000}
MEMBER = {"way": "so_far", "rate_bp": -500, "member_level": "vip"}
FAR = {"occasion": "distance", "way": "once", "amount_fen": 1000, "free": 15, "step": 5}
NIGHT = datetime(2026, 11, 5, 22, 30, tzinfo=clock.CHINA)


@pytest.mark.parametrize(
    ("rows", "facts", "added_fen"),
    [
        ([URGENT], {}, []),
        ([URGENT], {"urgent": True}, [6000]),
        # The member's discount takes in the urgent fee above it, and not when it stands first.
        ([URGENT, MEMBER], {"urgent": True, "member_level": "vip"}, [6000, -1300]),
        ([MEMBER, URGENT], {"urgent": True, "member_level": "vip"}, [-1000, 6000]),
        ([URGENT, MEMBER], {"urgent": True}, [6000]),
        ([FAR], {"distance_m": 15_000}, []),
        ([FAR], {"distance_m": 15_001}, [1000]),
        ([FAR], {"distance_m": 20_001}, [2000]),
        ([FAR | {"most_fen": 1500}], {"distance_m": 90_000}, [1500]),
        ([FAR], {"distance_m": None}, []),
        ([{"occasion": "night", "rate_bp": 2000}], {"starts_at": NIGHT}, [4000]),
        ([{"occasion": "high_work", "way": "each", "amount_fen": 5000}], {"high_work": True}, [10_000]),
        ([{"occasion": "floor", "way": "once", "amount_fen": 800, "free": 6}], {"floor": 8}, [1600]),
        ([{"way": "once", "amount_fen": 900, "channel": "tmall"}], {}, []),
        ([{"way": "once", "amount_fen": 900, "channel": "tmall"}], {"channel": "tmall"}, [900]),
        ([{"occasion": "remote", "rate_bp": 1}], {"site_kind": "remote"}, [2]),
    ],
)  # fmt: skip
def test_each_row_counts_on_what_stands_above_it(company, rows, facts, added_fen):
    lines = surcharge_lines(asked(company, **facts), SERVICE_FEN, [row(**each) for each in rows])
    assert [line.amount_fen for _row, line in lines] == added_fen


def test_a_row_of_a_region_counts_there_alone(company):
    world = company.world
    rows = [row(way="once", amount_fen=700, region=world.hangzhou)]
    assert surcharge_lines(asked(company), SERVICE_FEN, rows)
    elsewhere = asked(company, region=RegionFactory(code="FARAWAY", name="远方"))
    assert not surcharge_lines(elsewhere, SERVICE_FEN, rows)


def test_an_offer_carries_its_surcharges_line_by_line_and_keeps_them(company):
    rows = begin_surcharges(actor=company.world.admin)
    with pytest.raises(Conflict):
        begin_surcharges(actor=company.world.admin)
    job = asked(company, urgent=True, member_level="vip", distance_m=21_000)
    kept = make_quotation(asked=job, actor=company.world.dispatcher)
    PriceSurcharge.objects.all().delete()
    shown = offer_of(kept)
    assert [each.line.label for each in shown.lines[1:]] == ["加急费", "远程费", "会员优惠"]
    assert kept.total_fen == sum(each.line.amount_fen for each in shown.lines)
    service_fen = shown.lines[0].line.amount_fen
    assert shown.lines[1].line.amount_fen == service_fen * 3 // 10
    assert len(rows) == 5
    with translation.override("en"):
        words = line_words(shown.lines[1].line)
    assert words.startswith("Service price ")
    assert "30%" in words
    paper = quotation_html(kept)
    assert "加急费" in paper
    assert "服务价" in paper
    assert price(job).total_fen == service_fen


def test_rows_move_and_the_outermost_stay(company):
    first, second, *_rest = begin_surcharges(actor=company.world.admin)
    move_surcharge(row_id=second.pk, up=True, seen=as_shown(second), actor=company.world.admin)
    move_surcharge(row_id=second.pk, up=True, seen=as_shown(second), actor=company.world.admin)
    names = list(PriceSurcharge.objects.values_list("name", flat=True))
    assert names[:2] == [second.name, first.name]


def test_the_form_asks_for_the_number_its_row_counts_with(company, client):
    client.force_login(company.world.admin)
    new = reverse("settlement:surcharge-new")
    typed = {"name": "加急费", "occasion": "urgent", "way": "service", "is_active": "on"}
    refused = client.post(new, typed | {"amount": "12"})
    assert refused.status_code == 422
    assert "percent" in refused.context["form"].errors
    assert client.post(new, typed | {"percent": "12.5"}).status_code == 302
    kept = PriceSurcharge.objects.get()
    assert (kept.rate_bp, kept.amount_fen) == (1250, 0)


def test_a_branch_changes_no_surcharge_of_the_company(company):
    first = begin_surcharges(actor=company.finance)[0]
    branch = UserFactory(role=Role.FINANCE, unit=company.world.east)
    for act in (
        lambda: save_surcharge(row=row(rate_bp=-5000), actor=branch),
        lambda: move_surcharge(row_id=first.pk, up=False, seen=as_shown(first), actor=branch),
        lambda: remove_surcharge(row_id=first.pk, seen=as_shown(first), actor=branch),
        lambda: begin_surcharges(actor=branch),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "surcharge.headquarters"


def test_a_row_removed_meanwhile_does_not_come_back_and_a_moved_one_stays_moved(company):
    first, second, *_ = begin_surcharges(actor=company.finance)
    stale = PriceSurcharge.objects.get(pk=first.pk)
    move_surcharge(row_id=first.pk, up=False, seen=as_shown(first), actor=company.finance)
    seen = shown_of(stale)
    save_surcharge(row=stale, seen=seen, actor=company.finance)
    assert [one.pk for one in PriceSurcharge.objects.all()][:2] == [second.pk, first.pk]
    remove_surcharge(row_id=first.pk, seen=as_shown(first), actor=company.finance)
    with pytest.raises(Conflict):
        save_surcharge(row=stale, seen=seen, actor=company.finance)
