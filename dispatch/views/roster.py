"""The week of a unit at the desk: shown, changed cell by cell, proposed, published."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.access import Perm, allowed, requires
from common.htmx import unless_unchanged
from common.journal import idempotent
from dispatch.forms_roster import CellForm, PublishForm, WeekForm
from dispatch.rosters.editing import set_cell
from dispatch.rosters.leave_reading import open_leave_requests
from dispatch.rosters.publishing import publish_week
from dispatch.rosters.reading import roster_units, rostered_people
from dispatch.rosters.rest import monday_of
from dispatch.rosters.week import week_of
from dispatch.rosters.weekly import propose_week

if TYPE_CHECKING:
    from typing import Any

    from accounts.requests import StaffRequest
    from network.models import OrgUnit

_YEAR = 366
_GRID = "dispatch/_roster.html"


@requires(Perm.DISPATCH_VIEW)
@require_GET
def roster(request: StaffRequest) -> HttpResponse:
    """Show a week of one of the actor's units; a poll gets the grid alone."""
    units = list(roster_units(actor=request.user))
    form = WeekForm(request.GET, actor=request.user)
    form.is_valid()
    unit = form.cleaned_data.get("unit") or (units[0] if units else None)
    if unit is None:
        return render(request, "dispatch/roster.html", {"units": [], "view": None})
    monday = _week(form.cleaned_data.get("week"))
    context = _context(request, unit, monday, _page(request))
    if request.headers.get("HX-Request"):
        stamp = context["view"].stamp
        return unless_unchanged(request, stamp, lambda: render(request, _GRID, context))
    context |= {"units": units}
    if context["may_manage"]:
        context["asked"] = open_leave_requests(actor=request.user).count()
    return render(request, "dispatch/roster.html", context)


@requires(Perm.ROSTER_MANAGE)
@require_POST
def roster_cell(request: StaffRequest, pk: int, monday: str) -> HttpResponse:
    """Plan somebody's day; who was slower is shown what stands there now, and what they wanted."""
    unit, first = _unit(request, pk), _monday(monday)
    form = CellForm(request.POST)
    values = form.checked()
    installer = get_object_or_404(rostered_people(unit), pk=values["installer"])
    day: Any = values["day"]
    if monday_of(day) != first:
        raise Http404
    wanted = form.ids("patterns")
    done = set_cell(
        unit=unit,
        day=day,
        installer=installer,
        patterns=wanted,
        seen=form.ids("seen"),
        actor=request.user,
    )
    context = _context(request, unit, first, _page(request))
    if done.is_conflict:
        names = {each.pk: each.name for each in context["view"].patterns}
        context["conflict"] = {
            "who": done.other,
            "name": installer.user.display_name,
            "day": day,
            "there": "、".join(names.get(pk, "") for pk in done.now) or _("free"),
            "wanted": "、".join(names.get(pk, "") for pk in wanted) or _("free"),
            "installer": installer.pk,
            "patterns": ",".join(str(pk) for pk in wanted),
            "seen": ",".join(str(pk) for pk in done.now),
        }
    return render(request, _GRID, context, status=409 if done.is_conflict else 200)


@requires(Perm.ROSTER_MANAGE)
@require_POST
@idempotent
def roster_propose(request: StaffRequest, pk: int, monday: str) -> HttpResponse:
    """Fill what the draft leaves open and say what nobody was found for."""
    unit, first = _unit(request, pk), _monday(monday)
    done = propose_week(unit=unit, monday=first, actor=request.user)
    words = ngettext("%(n)s shift proposed", "%(n)s shifts proposed", done.shifts)
    context = _context(request, unit, first, _page(request))
    context |= {"said": words % {"n": done.shifts}, "proposed": done}
    return render(request, _GRID, context)


@requires(Perm.ROSTER_MANAGE)
@require_POST
@idempotent
def roster_publish(request: StaffRequest, pk: int, monday: str) -> HttpResponse:
    """Put the draft into force."""
    unit, first = _unit(request, pk), _monday(monday)
    version: Any = PublishForm(request.POST).checked()["version"]
    publish_week(unit=unit, monday=first, seen_version=version, actor=request.user)
    context = _context(request, unit, first, _page(request))
    context["said"] = _("Published. Everybody whose week changed has a notice on the phone.")
    return render(request, _GRID, context)


def _context(request: StaffRequest, unit: OrgUnit, monday: date, page: int) -> dict[str, Any]:
    return {
        "view": week_of(unit, monday, page=page),
        "may_manage": allowed(request.user, Perm.ROSTER_MANAGE),
    }


def _unit(request: StaffRequest, pk: int) -> OrgUnit:
    return get_object_or_404(roster_units(actor=request.user), pk=pk)


def _week(chosen: date | None) -> date:
    """The Monday of a day somebody named; of today for one too far away."""
    today = clock.business_day()
    day = chosen if chosen and abs((chosen - today).days) <= _YEAR else today
    return monday_of(day)


def _monday(written: str) -> date:
    try:
        found = date.fromisoformat(written)
    except ValueError as error:
        raise Http404 from error
    if found != _week(found):
        raise Http404
    return found


def _page(request: StaffRequest) -> int:
    page = str(request.GET.get("page", ""))
    return int(page) if page.isdecimal() and len(page) < 5 else 1
