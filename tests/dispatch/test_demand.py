"""The forecast: learned, tried against last week's day, kept by night, shown and used."""

from datetime import date, timedelta
from random import Random

import pytest

from accounts.roles import Role
from common import clock
from common.workdays import day_kind
from dispatch.demand.forecasting import forecast
from dispatch.demand.history import histories
from dispatch.demand.making import make_forecast
from dispatch.demand.page import DayFigure, shown_days
from dispatch.demand.reading import foretold, visible_series
from dispatch.demand.series import HORIZON, History, Key, Method
from dispatch.models import DemandDay, DemandNight, DemandSeries
from dispatch.rosters.need import expected_jobs
from tests.dispatch.town import MONDAY, waiting
from tests.factories import UserFactory
from workorders.models import WorkOrder

LAST = date(2026, 9, 13)
"""A Sunday; no public holiday lies in the weeks tried before it."""
TODAY = MONDAY.date()


def weekly(key, days=200, *, base=(6, 8, 9, 9, 10, 22, 16), noise=2, seed=1, last=LAST):
    """A series that follows the weekday, with some noise."""
    draw = Random(seed)
    first = last - timedelta(days=days - 1)
    jobs = tuple(
        max(0, base[(first + timedelta(days=n)).weekday()] + draw.randint(-noise, noise))
        for n in range(days)
    )
    return History(key, jobs, jobs)


def test_weekdays_are_learned_and_beat_last_weeks_same_day():
    (found,) = forecast([weekly(Key(1, "AC"), noise=5)], LAST, day_kind).outlooks
    assert found.method is Method.LEARNED
    assert found.learned.ours_x10 < found.learned.last_week_x10
    monday, saturday = found.jobs_x10[0], found.jobs_x10[5]
    assert 40 <= monday <= 90
    assert 180 <= saturday <= 260


def test_where_nothing_can_be_learned_last_weeks_same_day_is_shown():
    # Each fortnight the same: last week's day is always right or always wrong, level says nothing.
    draw = Random(3)
    week = [draw.randint(0, 30) for _n in range(7)]
    jobs = tuple(week[n % 7] for n in range(200))
    (found,) = forecast([History(Key(1, "AC"), jobs, (0,) * 200)], LAST, day_kind).outlooks
    assert found.method is Method.LAST_WEEK
    assert found.jobs_x10 == found.last_week_x10
    assert found.jobs_x10[:7] == tuple(10 * n for n in jobs[-7:])


def test_a_city_whose_sum_gains_nothing_shows_last_week_in_all_its_trades():
    steady = History(Key(2, "LOCK"), tuple([4, 4, 4, 4, 4, 9, 9] * 29), (0,) * 203)
    found = forecast([steady], LAST, day_kind)
    assert not found.cities[2].is_better
    assert {each.method for each in found.outlooks} == {Method.LAST_WEEK}


def test_a_short_history_gives_the_mean_of_four_weekdays_and_claims_nothing():
    jobs = tuple([1, 0, 0, 0, 0, 8, 0] * 4)
    found = forecast([History(Key(1, ""), jobs, jobs)], LAST, day_kind)
    assert found.outlooks[0].method is Method.USUAL
    assert found.outlooks[0].jobs_x10[5] == 80
    assert found.cities == {}


def test_nothing_is_foretold_without_a_history():
    assert forecast([], LAST, day_kind).outlooks == ()


def test_a_public_holiday_is_foretold_as_holidays_were():
    last = date(2026, 9, 29)
    base = weekly(Key(1, "AC"), 400, base=(20,) * 7, noise=3, last=last)
    first = last - timedelta(days=399)
    jobs = tuple(
        n // 4 if day_kind(first + timedelta(days=at)) == "holiday" else n
        for at, n in enumerate(base.jobs)
    )
    (found,) = forecast([History(base.key, jobs, (0,) * 400)], last, day_kind).outlooks
    workday, holiday = found.jobs_x10[0], found.jobs_x10[1]
    assert found.method is Method.LEARNED
    assert day_kind(last + timedelta(days=2)) == "holiday"
    assert holiday < workday * 6 // 10


def test_sales_raise_what_is_foretold():
    draw = Random(5)
    sold = [draw.choice((2, 2, 2, 12)) for _week in range(30) for _day in range(7)]
    sold = [sold[n - n % 7] for n in range(210)]
    jobs = tuple(max(0, sold[max(0, n - 2)] + draw.randint(-1, 1)) for n in range(210))
    calm, busy = list(sold), list(sold)
    calm[-7:], busy[-7:] = [2] * 7, [12] * 7
    low = forecast([History(Key(1, "AC"), jobs, tuple(calm))], LAST, day_kind).outlooks[0]
    high = forecast([History(Key(1, "AC"), jobs, tuple(busy))], LAST, day_kind).outlooks[0]
    assert low.method is high.method is Method.LEARNED
    assert high.jobs_x10[1] > low.jobs_x10[1]


def test_the_same_histories_give_the_same_forecast():
    series = [weekly(Key(n, "AC"), seed=n) for n in range(4)]
    assert forecast(series, LAST, day_kind) == forecast(series, LAST, day_kind)


@pytest.mark.parametrize(
    ("jobs", "usual", "stands_out"),
    [(150, 120, True), (149, 120, False), (50, 30, False), (60, 30, True), (30, 0, True)],
)
def test_a_day_stands_out_from_a_quarter_and_three_jobs_above_usual(jobs, usual, stands_out):
    assert DayFigure(TODAY, jobs, usual).is_surge is stands_out


@pytest.mark.parametrize(
    ("today", "days"),
    [
        ("2026-11-02", ["03", "04", "05", "07", "08"]),
        ("2026-11-05", ["06", "07", "08"]),
        ("2026-11-06", ["07", "08", "09"]),
        ("2026-11-07", ["08", "09", "10", "14", "15"]),
    ],
)
def test_three_days_are_shown_and_the_coming_weekend(today, days):
    found = shown_days(date.fromisoformat(today))
    assert [f"{day:%d}" for day in found] == days


def done(town, number, at, **changes):
    order = waiting(town, number)
    changes = {"served_by": town.suzhou, "completed_at": at, **changes}
    WorkOrder.objects.filter(pk=order.pk).update(**changes)
    return order


def test_history_counts_orders_by_the_day_they_fall_on_and_no_cancelled_ones(town):
    day = MONDAY - timedelta(days=7)
    done(town, 1, day)
    done(town, 2, day + timedelta(days=2), window_starts_at=day, window_ends_at=day)
    done(town, 3, day, cancelled_at=day)
    (series,) = histories(TODAY - timedelta(days=1))
    assert series.jobs == (2, 0, 0, 0, 0, 0, 0)
    assert series.key.trade == "AC"


def test_a_night_is_kept_once_and_a_past_day_keeps_what_was_said(town):
    done(town, 1, MONDAY - timedelta(days=7))
    make_forecast(today=TODAY)
    make_forecast(today=TODAY)
    assert DemandNight.objects.get().last_day == TODAY - timedelta(days=1)
    assert DemandSeries.objects.count() == 2
    assert DemandDay.objects.count() == HORIZON
    DemandDay.objects.filter(day=TODAY).update(jobs_x10=777)
    make_forecast(today=TODAY + timedelta(days=1))
    assert DemandDay.objects.get(day=TODAY).jobs_x10 == 777
    assert DemandDay.objects.count() == HORIZON + 1


def test_a_unit_expects_its_share_of_what_is_foretold(town):
    other = town.suzhou.parent
    for n in range(8):
        done(town, n + 1, MONDAY - timedelta(days=7), served_by=town.suzhou if n < 6 else other)
    make_forecast(today=TODAY)
    (foreseen,) = foretold([TODAY])[TODAY].values()
    assert foreseen == 20
    assert expected_jobs(town.suzhou, TODAY) == 2
    assert expected_jobs(other, TODAY) == 1


def test_a_day_beyond_the_forecast_is_like_the_weekday_of_its_last_week(town):
    done(town, 1, MONDAY - timedelta(days=7))
    make_forecast(today=TODAY)
    far = TODAY + timedelta(days=70)
    assert foretold([far])[far] == foretold([TODAY])[TODAY]


def test_somebody_sees_the_cities_their_units_settle_or_serve(town):
    done(town, 1, MONDAY - timedelta(days=7))
    make_forecast(today=TODAY)
    near = UserFactory(role=Role.DISPATCHER, unit=town.suzhou)
    assert visible_series(actor=near).filter(is_sum=True).count() == 1
    DemandSeries.objects.update(region=None)
    assert not visible_series(actor=near).exists()
    boss = UserFactory(role=Role.HQ_ADMIN, unit=town.hq)
    assert visible_series(actor=boss).exists()


def test_the_page_shows_each_state(client, town):
    dispatcher = UserFactory(role=Role.DISPATCHER, unit=town.suzhou)
    client.force_login(dispatcher)
    assert "首次预测将在今晚" in client.get("/dispatch/forecast/").content.decode()
    for n in range(8):
        done(town, n + 1, clock.now() - timedelta(days=6), served_by=town.suzhou)
    make_forecast(today=clock.business_day())
    assert "历史数据不足" in client.get("/dispatch/forecast/").content.decode()
    assert client.get("/dispatch/forecast/?page=x&region=0x").status_code == 200
