"""The week of a unit as the desk plans it: people by days, need and cover, and what breaks a rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from common.workdays import day_kind
from dispatch.board.stamps import stamp_of
from dispatch.models import RosterWish
from dispatch.rosters.editing import change_words, changes_since
from dispatch.rosters.fault_words import fault_words, hours_words
from dispatch.rosters.need import expected_week, people_for
from dispatch.rosters.patterns import patterns_of, worked
from dispatch.rosters.reading import (
    away_between,
    roster_week,
    rostered_people,
    shifts_between,
    week_days,
    wishes_between,
)
from dispatch.rosters.rest import faults
from dispatch.rosters.rule import limits_of, roster_rule
from dispatch.rosters.week_view import Against, Cell, DayNeed, Row, WeekView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from accounts.models import Installer
    from dispatch.models import RosterShift
    from dispatch.rosters.rest import Fault
    from network.models import OrgUnit

PEOPLE = 40
_NEAR = timedelta(days=8)


def week_of(unit: OrgUnit, monday: date, *, page: int = 1) -> WeekView:
    """Return a page of a unit's week; the number of queries does not depend on how many people."""
    week = roster_week(unit, monday)
    days = week_days(monday)
    shown = Paginator(rostered_people(unit), PEOPLE).get_page(page)
    team = list(shown.object_list)
    ids = [each.pk for each in team]
    around = shifts_between(ids, days[0] - _NEAR, days[-1] + _NEAR, published=False)
    drafts = _by_person(around)
    in_force = _cells(shifts_between(ids, days[0], days[-1], published=True))
    away, wishes = away_between(ids, days[0], days[-1]), wishes_between(ids, days[0], days[-1])
    limits = limits_of(roster_rule())
    rows: list[Row] = []
    against: list[Against] = []
    for installer in team:
        mine = drafts.get(installer.pk, [])
        work = [worked(row) for row in mine if not row.on_call]
        broken = [each for each in faults(work, limits) if each.day in days]
        name = installer.user.display_name
        against += [Against(name, each.day, fault_words(each)) for each in broken]
        rows.append(
            _row(installer, mine, days, in_force, away.get(installer.pk, []), wishes, broken)
        )
    needs = _needs(unit, days)
    newer = changes_since(week, week.published_version) if week.pk else []
    return WeekView(
        unit=unit,
        week=week,
        days=needs,
        rows=rows,
        page=shown,
        patterns=patterns_of(unit),
        against=sorted(against, key=lambda each: (each.day, each.name)),
        unpublished=[change_words(each) for each in newer[:8]],
        stamp=stamp_of([
            week.version, week.published_version, shown.number, sorted(wishes.items()),
            sorted(away.items()), [(each.jobs, each.people) for each in needs],
        ]),
    )  # fmt: skip


def _row(
    installer: Installer,
    mine: Sequence[RosterShift],
    days: Sequence[date],
    in_force: Mapping[tuple[int, date], list[RosterShift]],
    away: Sequence[tuple[date, date]],
    wishes: Mapping[tuple[int, date], str],
    broken: Sequence[Fault],
) -> Row:
    cells = []
    planned = _cells(mine)
    minutes = 0
    for day in days:
        shifts = tuple(planned.get((installer.pk, day), []))
        minutes += sum(worked(row).minutes for row in shifts if not row.on_call)
        published = {row.pattern_id for row in in_force.get((installer.pk, day), [])}
        is_away = any(first <= day <= last for first, last in away)
        wish = (
            RosterWish.Wants(wishes[installer.pk, day]).label
            if (installer.pk, day) in wishes
            else ""
        )
        words = tuple(fault_words(each) for each in broken if each.day == day)
        cells.append(
            Cell(
                key=f"{installer.pk}-{day:%m%d}",
                day=day,
                shifts=shifts,
                is_away=is_away,
                wish=str(wish),
                is_new={row.pattern_id for row in shifts} != published,
                faults=words,
                label="，".join(
                    each
                    for each in (
                        "、".join(_shift_words(row) for row in shifts) or _("free"),
                        _("on leave") if is_away else "",
                        str(wish),
                        *words,
                    )
                    if each
                ),
            )
        )
    return Row(installer, tuple(cells), hours_words(minutes) if minutes else "—")


def _shift_words(row: RosterShift) -> str:
    overtime = _(" (overtime)") if row.is_overtime else ""
    return f"{row.pattern.name} {row.pattern.starts:%H:%M}–{row.pattern.ends:%H:%M}{overtime}"


def _needs(unit: OrgUnit, days: Sequence[date]) -> list[DayNeed]:
    rule = roster_rule()
    everybody = list(rostered_people(unit).values_list("pk", flat=True))
    planned: Counter[tuple[date, bool]] = Counter()
    for row in shifts_between(everybody, days[0], days[-1], published=False):
        planned[row.day, row.on_call] += 1
    return [
        DayNeed(
            day,
            day_kind(day),
            jobs,
            sum(people_for(jobs, rule)),
            planned[day, False],
            planned[day, True],
        )
        for day, jobs in expected_week(unit, days).items()
    ]


def _by_person(rows: Sequence[RosterShift]) -> dict[int, list[RosterShift]]:
    found: dict[int, list[RosterShift]] = defaultdict(list)
    for row in rows:
        found[row.installer_id].append(row)
    return found


def _cells(rows: Sequence[RosterShift]) -> dict[tuple[int, date], list[RosterShift]]:
    found: dict[tuple[int, date], list[RosterShift]] = defaultdict(list)
    for row in rows:
        found[row.installer_id, row.day].append(row)
    return found
