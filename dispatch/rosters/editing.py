"""Changes a draft of a week: a cell, many cells at once; nobody overwrites what they have not seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.workdays import day_kind
from dispatch.models import RosterChange, RosterRule, RosterShift, RosterWeek, ShiftPattern
from dispatch.rosters.patterns import minutes_of, patterns_of, shift_on, worked
from dispatch.rosters.reading import away_between, rostered_people, shifts_between, week_days
from dispatch.rosters.rest import monday_of
from dispatch.rosters.rule import roster_rule

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import Installer, User
    from network.models import OrgUnit

Cell = tuple[int, "date"]
"""An installer's id and a day."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change: `other` is who was faster, `now` what stands there since then."""

    week: RosterWeek
    changed: bool
    other: str = ""
    now: tuple[int, ...] = ()

    @property
    def is_conflict(self) -> bool:
        """Whether somebody else had changed the cell meanwhile; nothing was written then."""
        return bool(self.other)


def lock_week(unit: OrgUnit, monday: date) -> RosterWeek:
    """Take a week of a unit for a change, beginning it where there is none."""
    refuse_unless(monday == monday_of(monday), "roster.monday", _("A roster begins on a Monday"))
    RosterWeek.objects.get_or_create(unit=unit, monday=monday)
    return RosterWeek.objects.select_for_update().get(unit=unit, monday=monday)


@transaction.atomic
def set_cell(
    *,
    unit: OrgUnit,
    day: date,
    installer: Installer,
    patterns: Sequence[int],
    seen: Sequence[int],
    actor: User,
) -> Outcome:
    """Plan somebody for a day in the draft with these shifts (none: a free day).

    `seen` is what the person had before them: where something else stands there now nothing is
    written and the outcome says who changed it. Refused("roster.leave") on a day of leave,
    ("roster.overlap") for shifts that overlap, ("roster.pattern") for a shift not of this unit.
    """
    week = lock_week(unit, monday_of(day))
    known = {each.pk: each for each in patterns_of(unit)}
    refuse_unless(
        set(patterns) <= set(known), "roster.pattern", _("Choose a shift that is in use here")
    )
    held = _drafts(week, [installer.pk])
    now = tuple(sorted(row.pattern_id for row in held if row.day == day))
    wanted = tuple(sorted(set(patterns)))
    if now == wanted:
        return Outcome(week, changed=False, now=now)
    if now != tuple(sorted(seen)):
        return Outcome(week, changed=False, other=_last_editor(week, installer, day), now=now)
    _refuse_leave(installer, day, wanted)
    _write(week, {(installer.pk, day): [known[pk] for pk in wanted]}, actor=actor)
    record(actor, "roster.changed", week, installer=installer.pk, day=day, shifts=list(wanted))
    return Outcome(week, changed=True, now=wanted)


@transaction.atomic
def fill_cells(
    *, week: RosterWeek, cells: Mapping[Cell, Sequence[ShiftPattern]], actor: User | None
) -> int:
    """Add shifts to a locked week's draft beside those that stand; returns how many cells changed."""
    drafts = _drafts(week, {pk for pk, _day in cells})
    found: dict[Cell, list[ShiftPattern]] = {}
    for row in drafts:
        found.setdefault((row.installer_id, row.day), []).append(row.pattern)
    wanted = {key: [*found.get(key, []), *more] for key, more in cells.items() if more}
    if wanted:
        _write(week, wanted, actor=actor)
    return len(wanted)


@transaction.atomic
def clear_days(
    *, installer: Installer, first: date, last: date, actor: User | None
) -> list[RosterWeek]:
    """Take somebody's shifts on days out of drafts and published rosters; returns the weeks."""
    rows = RosterShift.objects.filter(installer=installer, day__gte=first, day__lte=last)
    weeks = list(
        RosterWeek.objects.select_for_update(of=("self",))
        .filter(pk__in=rows.values("week"))
        .order_by("monday")
    )
    for week in weeks:
        days = [day for day in week_days(week.monday) if first <= day <= last]
        drafts = {row.day for row in _drafts(week, [installer.pk])}
        _write(week, {(installer.pk, day): [] for day in days if day in drafts}, actor=actor)
    rows.filter(published=True).delete()
    return weeks


def changes_since(week: RosterWeek, version: int) -> list[RosterChange]:
    """Return what was changed after a version, the newest first."""
    rows = RosterChange.objects.filter(week=week, version__gt=version)
    return list(rows.select_related("installer__user", "made_by").order_by("-version", "-pk"))


def change_words(change: RosterChange) -> str:
    """Return a change as "王磊 11月3日 早 → 晚 (李强)"."""
    who = change.made_by.display_name if change.made_by else _("the system")
    free = _("free")
    return _("%(name)s on %(day)s: %(before)s → %(after)s (%(who)s)") % {
        "name": change.installer.user.display_name,
        "day": f"{change.day:%m-%d}",
        "before": change.before or free,
        "after": change.after or free,
        "who": who,
    }


def _drafts(week: RosterWeek, ids: Iterable[int]) -> list[RosterShift]:
    rows = RosterShift.objects.filter(week=week, published=False, installer__in=list(ids))
    return list(rows.select_related("pattern").order_by("span"))


def _refuse_leave(installer: Installer, day: date, wanted: Sequence[int]) -> None:
    away = away_between([installer.pk], day, day) if wanted else {}
    name = {"name": installer.user.display_name}
    refuse_unless(not away, "roster.leave", _("%(name)s is on leave on this day") % name)


def _last_editor(week: RosterWeek, installer: Installer, day: date) -> str:
    last = (
        RosterChange.objects.filter(week=week, installer=installer, day=day)
        .select_related("made_by")
        .order_by("-version")
        .first()
    )
    return last.made_by.display_name if last and last.made_by else _("A colleague")


def _write(
    week: RosterWeek, cells: Mapping[Cell, Sequence[ShiftPattern]], *, actor: User | None
) -> None:
    """Replace the cells of a locked week's draft; one version, one change for each cell."""
    if not cells:
        return
    ids, now = {pk for pk, _day in cells}, clock.now()
    before: dict[Cell, list[str]] = {}
    for row in _drafts(week, ids):
        before.setdefault((row.installer_id, row.day), []).append(row.pattern.mark)
    week.version += 1
    week.save(update_fields=["version"])
    made: list[RosterShift] = []
    changes: list[RosterChange] = []
    for (pk, day), patterns in cells.items():
        for pattern in patterns:
            row = shift_on(pattern, day)
            row.week, row.installer_id = week, pk
            made.append(row)
        changes.append(
            RosterChange(
                week=week, version=week.version, installer_id=pk, day=day, made_by=actor,
                before="".join(before.get((pk, day), [])), made_at=now,
                after="".join(each.mark for each in patterns),
            )
        )  # fmt: skip
    _refuse_overlaps(week, cells, made)
    for pk, day in cells:
        RosterShift.objects.filter(week=week, installer=pk, day=day, published=False).delete()
    RosterShift.objects.bulk_create(made)
    RosterChange.objects.bulk_create(changes)
    _mark_overtime(week, ids, roster_rule())


def _refuse_overlaps(
    week: RosterWeek, cells: Mapping[Cell, object], made: Sequence[RosterShift]
) -> None:
    """Explain what the database would only refuse."""
    days = week_days(week.monday)
    ids = {pk for pk, _day in cells}
    standing = [
        row
        for row in shifts_between(ids, days[0], days[-1], published=False)
        if (row.installer_id, row.day) not in cells
    ]
    if made:
        whole = Range(min(r.span.lower for r in made), max(r.span.upper for r in made))
        near = RosterShift.objects.filter(installer__in=ids, published=False, span__overlap=whole)
        standing += list(near.exclude(week=week).select_related("pattern"))
    rows = [*standing, *made]
    names = {each.pk: each.user.display_name for each in rostered_people(week.unit)}
    for n, one in enumerate(rows):
        for other in rows[n + 1 :]:
            if one.installer_id != other.installer_id or one.span.upper <= other.span.lower:
                continue
            words = {
                "name": names.get(one.installer_id, ""),
                "one": one.pattern.name,
                "other": other.pattern.name,
            }
            refuse_unless(
                other.span.upper <= one.span.lower,
                "roster.overlap",
                _("%(name)s: %(one)s and %(other)s overlap") % words,
            )


def _mark_overtime(week: RosterWeek, ids: Iterable[int], rule: RosterRule) -> None:
    """Overtime is what goes beyond the normal week, and every shift on a public holiday."""
    total: dict[int, int] = {}
    turned: list[RosterShift] = []
    for row in _drafts(week, ids):
        if row.on_call:
            continue
        total[row.installer_id] = total.get(row.installer_id, 0) + worked(row).minutes
        beyond = total[row.installer_id] > rule.normal_week_min
        is_overtime = beyond or (minutes_of(row.pattern) > 0 and day_kind(row.day) == "holiday")
        if row.is_overtime != is_overtime:
            row.is_overtime = is_overtime
            turned.append(row)
    RosterShift.objects.bulk_update(turned, ["is_overtime"])
