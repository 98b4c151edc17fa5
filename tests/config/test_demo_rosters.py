"""The demo's rosters: this week in force, the next a draft, made once."""

from datetime import timedelta

from accounts.models import WorkingHours
from config.demo.rosters import ensure_rosters
from dispatch.models import LeaveRequest, RosterShift, RosterWeek
from tests.dispatch.town import make_town, person


def test_this_week_is_published_the_next_a_draft_and_a_second_call_adds_nothing(tenant):
    town = make_town()
    for _ in range(5):
        made = person(town)
        for weekday in range(6):
            WorkingHours.objects.create(
                installer=made, weekday=weekday, starts="08:00", ends="20:00"
            )
    ensure_rosters()
    this, following = RosterWeek.objects.order_by("monday")
    assert following.monday == this.monday + timedelta(days=7)
    assert (this.published_version, following.published_version) == (1, 0)
    in_force = RosterShift.objects.filter(published=True, on_call=False)
    assert in_force.count() == 5 * 6
    assert not RosterShift.objects.filter(week=following, published=True).exists()
    assert LeaveRequest.objects.count() == 3
    before = RosterShift.objects.count()
    ensure_rosters()
    assert RosterShift.objects.count() == before
