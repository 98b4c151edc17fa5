"""Surcharges that leave less than nothing together are refused where the table is changed."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest
from django.urls import reverse
from django.utils import translation

from common.errors import Refused
from network.models import Region
from settlement.models import PriceSurcharge
from settlement.quotations.surcharge_seen import shown_of
from settlement.quotations.surcharges import move_surcharge, remove_surcharge, save_surcharge
from settlement.quotations.together import MOST_JOBS, _Search, impossible_together
from tests.factories import RegionFactory
from tests.settlement.quotations.test_surcharges import as_shown, row


def off(percent, **changes):
    """A row that takes so much off the service price, of every job unless said otherwise."""
    return row(**{"name": f"减{percent}", "rate_bp": -percent * 100} | changes)


def places():
    """A large region, a city in it and one elsewhere, not kept."""
    east = Region(pk=1, code="E", name="华东", path="1.")
    return east, Region(pk=2, code="HZ", name="杭州", path="1.2."), Region(
        pk=3, code="CD", name="成都", path="3."
    )  # fmt: skip


EAST, HANGZHOU, CHENGDU = places()
VIP = {"member_level": "vip"}
SO_FAR = {"way": "so_far"}
FLOORS = {"occasion": "floor", "free": 6, "step": 1}
FAR = {"occasion": "distance", "free": 100, "step": 100}

POSSIBLE = [
    [off(51), off(49)],
    [off(51, **SO_FAR), off(51, **SO_FAR), off(90, **SO_FAR)],
    [off(51), off(51, **SO_FAR)],
    # no job is both
    [off(60, channel="tmall"), off(60, channel="youzan")],
    [off(60, **VIP), off(60, member_level="gold")],
    [off(60, occasion="highway"), off(60, occasion="remote")],
    [off(60, region=HANGZHOU), off(60, region=CHENGDU)],
    # what is not in use, and what every job of both pays more
    [off(60), off(60, is_active=False)],
    [row(rate_bp=3000), off(60), off(60)],
    [row(rate_bp=3000, **VIP), off(60), off(60, **VIP)],
    [row(rate_bp=3000, region=EAST), off(60), off(60, region=HANGZHOU)],
    # amounts may be less than any price
    [off(60), row(way="once", amount_fen=-9_000_000)],
    [row(name="远", rate_bp=500, **FAR), off(10, **FAR), off(80)],
]
IMPOSSIBLE = [
    ([off(51), off(50)], "101%", []),
    ([off(51, **SO_FAR), off(51)], "102%", []),
    ([off(60, **VIP), off(60, channel="tmall")], "120%", ["vip", "Tmall"]),
    ([off(60, occasion="urgent"), off(60, occasion="night")], "120%", ["Urgent", "At night"]),
    ([off(60, region=EAST), off(60, region=HANGZHOU)], "120%", ["杭州"]),
    ([off(60, occasion="remote"), off(41)], "101%", ["Remote"]),
    ([off(1, **FLOORS, most=999), off(30)], "224%", ["200"]),
    # a surcharge that is limited to an amount, or not for every such job, does not make up for it
    ([row(rate_bp=3000, most_fen=5000), off(60), off(60)], "120%", []),
    ([row(rate_bp=3000, occasion="urgent"), off(60), off(60)], "120%", []),
    ([row(rate_bp=3000, region=EAST), off(60), off(60)], "120%", []),
    ([row(rate_bp=3000), off(70), off(70)], "110%", []),
    ([row(name="远", rate_bp=500, **FAR), off(20, **FAR), off(60)], "120%", ["401 km"]),
    # worst in the middle: the discount reaches its end before the surcharge begins
    ([row(rate_bp=5000, occasion="distance", free=300, step=100), off(60),
      off(25, occasion="distance", free=0, step=100, most=2)], "110%", ["km"]),
]  # fmt: skip


@pytest.mark.parametrize("rows", POSSIBLE)
def test_rows_that_leave_something_of_every_job_are_possible(rows):
    assert impossible_together(rows[:-1], rows, rows[-1]) == ""
    assert impossible_together([], rows) == ""


@pytest.mark.parametrize(("rows", "percent", "job"), IMPOSSIBLE)
def test_rows_that_leave_less_than_nothing_of_one_job_are_told_by_name_with_the_job(
    rows, percent, job
):
    rows[-1].name = "最后"
    with translation.override("en"):
        words = impossible_together(rows[:-1], rows, rows[-1])
    assert percent in words
    for text in job:
        assert text in words
    named = [each.name for each in rows[:-1] if each.rate_bp < 0]
    assert all(name in words for name in named)
    assert "最后" not in words


def random_rows(chance):
    """Up to six rows of all kinds; steps of 25 km, so that few distances tell them apart."""
    rows = []
    for _n in range(chance.randrange(2, 7)):
        occasion = chance.choice(["always", "always", "urgent", "night", "remote", "distance"])
        far = {"free": 25 * chance.randrange(9), "step": 25, "most": chance.choice([2, 999])}
        rate = chance.choice([-6000, -4500, -3000, 2500, 6000])
        rows.append(row(
            name="x", occasion=occasion, way=chance.choice(["service", "so_far"]),
            rate_bp=rate // 10 if occasion == "distance" else rate,
            channel=chance.choice(["", "", "tmall"]), member_level=chance.choice(["", "", "vip"]),
            region=chance.choice([None, None, EAST, HANGZHOU]), **far,
        ))  # fmt: skip
    return rows


def least_by_trying(rows):
    """What the worst of all jobs keeps: every fact tried with every other."""
    where = [(), (EAST,), (EAST, HANGZHOU)]
    least = 1
    for occasions in (set(), {"urgent"}, {"night"}, {"urgent", "night"}):
        for site, channel, member, regions in product(
            ["", "remote"], ["", "tmall"], ["", "vip"], where
        ):
            for km in (at + one for at in range(0, 500, 25) for one in (0, 1)):
                left = Fraction(1)
                for each in rows:
                    times = each.occasion in {"always", site, *occasions}
                    if each.occasion == "distance":
                        times = min(each.most, max(0, -(-(km - each.free) // each.step)))
                    fits = (
                        each.channel in ("", channel) and each.member_level in ("", member)
                        and (each.region is None or each.region in regions)
                    )  # fmt: skip
                    rate = Fraction(each.rate_bp * times * fits, 10_000)
                    left += rate * left if each.way == "so_far" else rate
                least = min(least, left)
    return least


@pytest.mark.parametrize("seed", range(40))
def test_a_table_is_impossible_exactly_if_some_job_of_all_keeps_less_than_nothing(seed):
    rows = random_rows(random.Random(seed))
    assert bool(impossible_together([], rows)) == (least_by_trying(rows) < 0)


def test_sixty_rows_of_every_kind_are_looked_at_in_a_bounded_number_of_steps():
    kinds = product(["", "tmall", "youzan"], PriceSurcharge.Occasion.values)
    some = [
        off(1, channel=channel, member_level=f"m{n % 6}", occasion=occasion, free=n)
        for n, (channel, occasion) in enumerate(kinds)
    ]
    rows = [*some, *(row(rate_bp=50, free=n, occasion="floor") for n in range(60 - len(some)))]
    search = _Search(rows, None)
    search.least()
    assert search.looked_at < MOST_JOBS + 100


@pytest.mark.django_db
def test_the_form_names_the_other_row_at_the_number_and_keeps_what_was_typed(company, client):
    client.force_login(company.world.admin)
    off(60, name="老客户", position=1).save()
    typed = {
        "name": "双十一", "occasion": "always", "way": "service", "percent": "-41", "channel": "tmall",
        "is_active": "on",
    }  # fmt: skip
    new = reverse("settlement:surcharge-new")
    answer = client.post(new, typed)
    assert answer.status_code == 422
    (said,) = answer.context["form"].errors["percent"]
    assert "老客户" in said
    assert "101%" in said
    assert answer.context["form"]["name"].value() == "双十一"
    assert PriceSurcharge.objects.count() == 1
    assert client.post(new, typed | {"percent": "-40"}).status_code == 302


@pytest.mark.django_db
def test_who_saves_beside_the_form_is_refused_too(company):
    off(60, position=1).save()
    with pytest.raises(Refused, match="减60") as refused:
        save_surcharge(row=off(41), actor=company.world.admin)
    assert refused.value.code == "surcharge.impossible"


@pytest.mark.django_db
def test_a_move_or_removal_that_leaves_less_than_nothing_is_refused(company):
    admin = company.world.admin
    half = row(name="加五成", rate_bp=5000, position=1)
    first, second = off(51, position=2), off(51, position=3, **SO_FAR)
    for each in (first, second):
        each.save()
    with pytest.raises(Refused) as refused:
        move_surcharge(row_id=second.pk, seen=as_shown(second), up=True, actor=admin)
    assert refused.value.code == "surcharge.impossible"
    half.save()
    move_surcharge(row_id=second.pk, seen=as_shown(second), up=True, actor=admin)
    with pytest.raises(Refused, match="减51"):
        remove_surcharge(row_id=half.pk, seen=as_shown(half), actor=admin)
    seen = shown_of(half)
    half.is_active = False
    with pytest.raises(Refused, match="减51"):
        save_surcharge(row=half, seen=seen, actor=admin)


@pytest.mark.django_db
def test_a_table_from_before_is_mended_row_by_row_and_never_made_worse(company):
    admin = company.world.admin
    first, second = off(90, position=1), off(90, position=2)
    third = row(name="加", rate_bp=100, position=3, region=RegionFactory())
    for each in (first, second, third):
        each.save()
    save_surcharge(row=row(name="急", rate_bp=3000, occasion="urgent"), actor=admin)
    move_surcharge(row_id=first.pk, seen=as_shown(first), up=False, actor=admin)
    seen = shown_of(first)
    first.rate_bp = -8000
    save_surcharge(row=first, seen=seen, actor=admin)
    seen = shown_of(first)
    first.rate_bp = -8100
    with pytest.raises(Refused, match="减90"):
        save_surcharge(row=first, seen=seen, actor=admin)
    remove_surcharge(row_id=second.pk, seen=as_shown(second), actor=admin)
