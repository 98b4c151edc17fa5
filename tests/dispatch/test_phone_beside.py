"""What an installer looks at beside their visits: route, demand, share of work, achievements."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from common import clock
from common.errors import Refused
from dispatch.models import PointEntry, PoolRule, RewardChoice
from dispatch.phone_demand import demand_around
from dispatch.phone_offers import offer_cards
from dispatch.phone_route import route_of
from dispatch.rewards import choose_rewards, rewards_of
from dispatch.services.assigning import assign
from dispatch.services.offers import offer_job
from dispatch.sharing import gini_bp, own_share, team_shares
from settlement.models import Settlement
from settlement.services.settling import settle_work_order
from tests.dispatch.town import MONDAY, agree, person, waiting
from tests.factories import UnitFactory
from tests.settlement.company import found
from tests.settlement.conftest import AFTERNOON
from tests.workorders.walking import complete
from tests.workorders.world import open_order, shop_order


def url(name, *args):
    return reverse(name, args=args, urlconf="config.urls")


def moved(order, **place):
    """Give an order an address of its own: those of the town share one."""
    order.refresh_from_db()
    address = order.address
    address.pk = None
    for name, value in place.items():
        setattr(address, name, value)
    address.save()
    order.address = address
    order.save()
    return order


def visit(town, installer, number, hour, lon=None):
    order = agree(waiting(town, number), hour)
    if lon is not None:
        moved(order, lon=lon)
    assign(order_id=order.pk, installer_id=installer.pk, actor=town.dispatcher)
    return order


def test_the_route_has_the_visits_in_their_order_and_the_ways_between(town):
    installer = person(town, km=10)
    second = visit(town, installer, 1, 14, "120.200000")
    first = visit(town, installer, 2, 10)
    route = route_of(installer=installer)
    assert [stop.order for stop in route.stops] == [first, second]
    assert [stop.leg.from_home for stop in route.stops] == [True, False]
    assert 9_000 < route.stops[0].leg.metres < 16_000
    assert route.metres == sum(stop.leg.metres for stop in route.stops)
    assert route.minutes == sum(stop.leg.minutes for stop in route.stops)
    assert [dot.place for dot in route.dots] == [0, 1, 2]
    assert all(0 < dot.x < 340 and 0 < dot.y < 170 for dot in route.dots)


def test_an_address_that_is_not_on_the_map_has_no_way_and_is_counted(town):
    installer = person(town)
    order = visit(town, installer, 1, 10)
    moved(order, lon=None, lat=None)
    route = route_of(installer=installer)
    assert route.stops[0].leg.metres is None
    assert (route.gaps, route.metres, route.dots) == (1, None, [])


def test_a_visit_that_cannot_be_reached_in_time_is_marked(town):
    installer = person(town)
    visit(town, installer, 1, 10)
    late = visit(town, installer, 2, 11, "120.900000")
    held = late.assignments.get(active=True)
    before = installer.assignments.exclude(pk=held.pk).get(active=True)
    held.span = type(held.span)(before.span.upper, before.span.upper + timedelta(hours=1))
    held.save()
    assert [stop.leg.is_late for stop in route_of(installer=installer).stops] == [False, True]


def test_the_number_of_queries_does_not_depend_on_the_number_of_visits(
    town, django_assert_max_num_queries
):
    installer = person(town)
    visit(town, installer, 1, 9)
    with django_assert_max_num_queries(40) as few:
        route_of(installer=installer)
    visit(town, installer, 2, 11)
    visit(town, installer, 3, 14)
    with django_assert_max_num_queries(len(few)):
        route_of(installer=installer)


def test_the_day_leads_to_the_route_and_the_phone_keeps_it(town, client):
    installer = person(town)
    visit(town, installer, 1, 10)
    client.force_login(installer.user)
    day = client.get(url("workorders-phone:today")).content.decode()
    assert f'href="{url("dispatch-phone:route")}" data-keep' in day
    page = client.get(url("dispatch-phone:route")).content.decode()
    assert "uri.amap.com" in page


def test_a_dispatcher_has_no_route(town, client):
    client.force_login(town.dispatcher)
    assert client.get(url("dispatch-phone:route")).status_code == 403


def test_demand_counts_open_jobs_by_district_and_those_offered_to_oneself(town):
    mine, farther = person(town, km=1), person(town, km=25)
    for number, district in ((1, "西湖区"), (2, "西湖区"), (3, "拱墅区")):
        order = waiting(town, number)
        moved(order, district=district)
        offer_job(order_id=order.pk, actor=town.dispatcher)
    waiting(town, 4)
    found = demand_around(installer=mine)
    assert [(tile.district, tile.open, tile.mine) for tile in found.tiles] == [
        ("西湖区", 2, 2), ("拱墅区", 1, 1),
    ]  # fmt: skip
    assert (found.open, found.mine) == (3, 3)
    assert demand_around(installer=farther).mine == 0
    assert demand_around(installer=farther).open == 3
    assert max(tile.heat for tile in found.tiles) == 4
    with clock.moved_to(MONDAY + timedelta(hours=3)):
        assert demand_around(installer=mine).tiles == []


@pytest.fixture
def company(tenant):
    with clock.moved_to(AFTERNOON):
        yield found()


def test_average_pay_is_shown_from_five_jobs_on(company):
    me = company.installer
    for n in range(5):
        done = complete(open_order(company.world, shop_order(number=f"D{n}")), company.world)
        settle_work_order(order_id=done.pk)
        tiles = demand_around(installer=me).tiles
        assert (tiles[0].average_fen is None) == (n < 4)
    fen = Settlement.objects.values_list("gross_fen", flat=True)
    assert tiles[0].average_fen == sum(fen) // 5
    assert tiles[0].jobs == 5


@pytest.mark.parametrize(
    ("values", "gini"),
    [
        ([], None),
        ([5], None),
        ([0, 0], None),
        ([7, 7, 7], 0),
        ([0, 0, 0, 8], 7_500),
        ([1, 3], 2_500),
    ],
)
def test_gini_is_nothing_where_all_earn_the_same(values, gini):
    assert gini_bp(values) == gini


def test_a_middle_is_shown_in_teams_of_four_and_more_alone(town):
    team = [person(town, km=n) for n in range(1, 4)]
    assert own_share(team[0]).middle is None
    team.append(person(town, km=9))
    share = own_share(team[0])
    assert share.others == 3
    assert share.middle is not None
    names = {each.user.display_name for each in team[1:]}
    assert share.middle.installer == team[0]
    assert not names & {share.mine.installer.user.display_name}


def test_offers_and_jobs_are_counted_for_everybody(town):
    first, second = person(town, km=1), person(town, km=2)
    with clock.moved_to(MONDAY - timedelta(days=3)):
        order = waiting(town)
        offer_job(order_id=order.pk, actor=town.dispatcher)
    rows = {row.installer: row for row in team_shares(town.suzhou).rows}
    assert [rows[each].offers for each in (first, second)] == [1, 1]
    assert rows[first].hours > 0
    assert rows[first].hourly_fen == 0


def test_the_phone_never_names_a_colleague_and_the_desk_sees_its_own_units(town, client):
    team = [person(town, km=n) for n in range(1, 6)]
    client.force_login(team[0].user)
    page = client.get(url("dispatch-phone:share")).content.decode()
    assert not any(each.user.display_name in page for each in team[1:])
    client.force_login(town.dispatcher)
    desk = client.get(url("dispatch:fairness"), {"unit": town.suzhou.pk}).content.decode()
    assert all(each.user.display_name in desk for each in team)
    client.force_login(town.seller)
    other = client.get(url("dispatch:fairness"), {"unit": town.suzhou.pk}).content.decode()
    assert not any(each.user.display_name in other for each in team)


def test_points_and_achievements_need_the_company_and_the_person(town, client):
    installer = person(town)
    order = waiting(town)
    PointEntry.objects.create(
        installer=installer, work_order=order, points=20, is_urgent=True, at=clock.now()
    )
    offer_job(order_id=waiting(town, 2).pk, actor=town.dispatcher)
    assert rewards_of(installer).is_offered is False
    with pytest.raises(Refused) as refused:
        choose_rewards(installer=installer, wanted=True, actor=installer.user)
    assert refused.value.code == "rewards.off"
    PoolRule.objects.create(pk=1, rewards=True)
    assert rewards_of(installer).points == 0
    assert offer_cards(installer=installer, far=True).cards[0].points == 0
    client.force_login(installer.user)
    client.post(url("dispatch-phone:rewards-choose"), {"wanted": "1"})
    shown = rewards_of(installer)
    assert (shown.is_wanted, shown.points) == (True, 20)
    assert len(shown.achievements) == 6
    assert offer_cards(installer=installer, far=True).cards[0].points == 10
    client.post(url("dispatch-phone:rewards-choose"), {"wanted": "0"})
    assert not RewardChoice.objects.exists()
    assert PointEntry.objects.exists()


def test_achievements_count_what_was_done(company):
    PoolRule.objects.create(pk=1, rewards=True)
    choose_rewards(installer=company.installer, wanted=True, actor=company.installer.user)
    done = complete(open_order(company.world), company.world)
    done.urgent = True
    done.save()
    have = {each.name: each.have for each in rewards_of(company.installer).achievements}
    assert sorted(have.values(), reverse=True)[:3] == [1, 1, 1]
    assert sum(have.values()) >= 3


def test_an_empty_unit_and_a_stranger_say_so(town, client):
    UnitFactory(name="空网点", parent=town.east)
    client.force_login(town.stranger)
    assert client.get(url("dispatch:fairness")).status_code == 200
