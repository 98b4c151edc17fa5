"""Support is asked for, decided by who lends, answered by who goes, and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Leave
from common import clock
from common.access import Perm, allowed
from common.errors import Conflict, Forbidden, Refused, refuse_unless
from common.journal import record
from dispatch.bookings import bookings
from dispatch.models import SupportRequest
from dispatch.rosters.leave_facts import managers_of
from dispatch.services.slots import lock_installer
from dispatch.support.costs import quote_of
from dispatch.support.lent import AHEAD_DAYS
from dispatch.support.rule import support_rule
from dispatch.support.standby import people_named, standby_people
from dispatch.support.teams import outlet_cities, teams
from network.models import Region
from settlement.allowances.granting import take_back_allowance
from workorders.services.staff_notices import tell_staff

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import Installer, User
    from network.models import OrgUnit

State = SupportRequest.State


def source_of(asked: SupportRequest) -> str:
    """Return the source of its allowance."""
    return f"support:{asked.pk}"


@transaction.atomic
def ask_for_support(
    *, borrower: OrgUnit, day: date, installer_id: int, note: str, actor: User
) -> SupportRequest:
    """Ask who lends for somebody who could come to an outlet's city for a day.

    The quote is kept as it is now. Refused("support.day") for days that cannot be asked for,
    ("support.place") for an outlet without a city, ("support.person") for somebody who cannot come
    (any more); Conflict("support.asked") when they were asked for already.
    """
    today = clock.business_day()
    refuse_unless(
        today < day <= today + timedelta(days=AHEAD_DAYS),
        "support.day",
        _("Support is asked for from tomorrow on, at most %(n)s days ahead") % {"n": AHEAD_DAYS},
    )
    city = city_of(borrower)
    if city is None:
        raise Refused("support.place", _("This outlet stands in no city that is known"))
    installer = lock_installer(installer_id)
    found = standby_people(teams([day]), city=city, borrower=borrower, day=day)
    one = people_named(found, installer_id)
    if one is None:
        words = {"name": installer.user.display_name}
        raise Refused("support.person", _("%(name)s cannot be lent on this day") % words)
    quote = one.quote
    try:
        with transaction.atomic():
            made = SupportRequest.objects.create(
                day=day, installer=installer, home=installer.outlet, city=city, borrower=borrower,
                jobs=quote.jobs, way_m=quote.way_m, subsidy_fen=quote.subsidy_fen,
                travel_fen_per_km=quote.travel_fen_per_km, margin_fen=quote.margin_fen,
                note=note.strip()[:120], asked_by=actor, asked_at=clock.now(),
            )  # fmt: skip
    except IntegrityError as error:
        words = {"name": installer.user.display_name}
        sentence = _("%(name)s has been asked for already for this day") % words
        raise Conflict("support.asked", sentence) from error
    record(actor, "support.asked", made, installer=installer.pk, day=day)
    _tell(made, managers_of(installer), "support_asked", sender=actor)
    return made


@transaction.atomic
def decide_support(*, request_id: int, approve: bool, answer: str, actor: User) -> SupportRequest:
    """Lend somebody, or refuse with a reason; of two who decide the second sees the first's word.

    Conflict("support.visits") while they have visits that day, ("support.taken") when they were
    lent to another outlet meanwhile, ("support.leave") on leave, ("support.late") when the day has
    begun. Other requests for the same day are refused with the place they went to.
    """
    asked = locked_request(request_id)
    _refuse_decided(asked)
    refuse_unless(approve or answer.strip(), "support.answer", _("Say why it is refused"))
    if approve:
        _refuse_unfree(asked)
    asked.decided_by, asked.decided_at = actor, clock.now()
    asked.answer = answer.strip()[:120]
    if not approve:
        asked.state = State.REFUSED
    else:
        asked.state = State.APPROVED if support_rule().asks_installer else State.LOCKED
    try:
        with transaction.atomic():
            asked.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    except IntegrityError as error:
        raise _taken(asked) from error
    record(actor, "support.decided", asked, approved=approve)
    if approve:
        _refuse_others(asked, actor)
        code = "support_question" if asked.state == State.APPROVED else "support_locked"
        _tell(asked, [asked.installer.user], code, sender=actor, page=_PHONE)
    code = "support_approved" if approve else "support_refused"
    _tell(asked, [asked.asked_by], code, sender=actor)
    return asked


@transaction.atomic
def answer_support(
    *, request_id: int, installer: Installer, accepts: bool, why: str
) -> SupportRequest:
    """Go, or say that one does not; the same answer again: no effect.

    Refused("support.unknown") for somebody else's; Conflict("support.closed") when nobody waits
    for the answer any more.
    """
    asked = locked_request(request_id)
    refuse_unless(
        asked.installer_id == installer.pk, "support.unknown", _("There is no such request")
    )
    wanted = State.LOCKED if accepts else State.DECLINED
    if asked.state == wanted:
        return asked
    if asked.state != State.APPROVED or asked.day < clock.business_day():
        raise Conflict("support.closed", _("Nobody waits for this answer any more"))
    asked.state, asked.answered_at = wanted, clock.now()
    if not accepts:
        asked.answer = why.strip()[:120]
    asked.save(update_fields=["state", "answered_at", "answer"])
    record(installer.user, "support.answered", asked, accepts=accepts)
    code = "support_locked_desk" if accepts else "support_declined"
    people = [asked.asked_by, *([asked.decided_by] if asked.decided_by else [])]
    _tell(asked, people, code, sender=installer.user)
    return asked


@transaction.atomic
def cancel_support(*, request_id: int, reason: str, actor: User) -> SupportRequest:
    """Take a request back, or an agreed day; what is done takes its allowance back with it.

    A second time: no effect. Refused("support.reason") without a reason once somebody was lent,
    Conflict("support.visits") while visits wait for them there, Forbidden for what is done by who
    manages no roster.
    """
    asked = locked_request(request_id)
    if asked.state == State.CANCELLED:
        return asked
    if asked.state in (State.REFUSED, State.DECLINED):
        raise Conflict("support.decided", _("It is “%(state)s” already") % _state(asked))
    was, reason = asked.state, reason.strip()[:120]
    refuse_unless(was == State.ASKED or reason, "support.reason", _("Say why it is cancelled"))
    if was == State.DONE:
        if not allowed(actor, Perm.ROSTER_MANAGE):
            sentence = _("What is done is cancelled by who manages a roster")
            raise Forbidden("support.done", sentence)
        if quote_of(asked).cost_fen:
            take_back_allowance(source=source_of(asked), reason=reason, actor=actor)
    elif was == State.LOCKED:
        _refuse_visits(asked)
    asked.state, asked.ended_by, asked.ended_at = State.CANCELLED, actor, clock.now()
    asked.answer = reason
    asked.save(update_fields=["state", "ended_by", "ended_at", "answer"])
    record(actor, "support.cancelled", asked, was=was, reason=reason)
    if was != State.ASKED:
        _tell(asked, [asked.installer.user], "support_cancelled", sender=actor, page=_PHONE)
    people = [asked.asked_by, *([asked.decided_by] if asked.decided_by else [])]
    _tell(asked, people, "support_off_desk", sender=actor)
    return asked


def city_of(outlet: OrgUnit) -> Region | None:
    """Return the city an outlet stands in."""
    pk = outlet_cities().get(outlet.pk)
    return Region.objects.filter(pk=pk).first() if pk else None


def locked_request(request_id: int) -> SupportRequest:
    """Take a request for a change, and after it the day of the one it is about."""
    rows = SupportRequest.objects.select_for_update(of=("self",)).select_related(
        "installer__user", "installer__outlet", "borrower", "city", "home", "asked_by", "decided_by"
    )
    asked = rows.filter(pk=request_id).first()
    if asked is None:
        raise Refused("support.unknown", _("There is no such request"))
    lock_installer(asked.installer_id)
    return asked


_PHONE = "dispatch-phone:roster"


def _refuse_decided(asked: SupportRequest) -> None:
    if asked.state != State.ASKED:
        who = asked.ended_by or asked.decided_by
        name = who.display_name if who else _("the system")
        words = {**_state(asked), "name": name}
        raise Conflict("support.decided", _("%(name)s was faster: “%(state)s”") % words)
    if asked.day <= clock.business_day():
        raise Conflict("support.late", _("This day has begun; nobody can set out in time"))


def _refuse_unfree(asked: SupportRequest) -> None:
    """Say what stands against lending somebody now."""
    name = {"name": asked.installer.user.display_name}
    held = SupportRequest.objects.filter(
        installer=asked.installer_id, day=asked.day, state__in=SupportRequest.HOLDING
    )
    if held.exists():
        raise _taken(asked)
    away = Leave.objects.filter(
        installer=asked.installer_id, starts_on__lte=asked.day, ends_on__gte=asked.day
    )
    if away.exists():
        raise Conflict("support.leave", _("%(name)s is on leave on this day") % name)
    _refuse_visits(asked)


def _refuse_visits(asked: SupportRequest) -> None:
    there = [
        row
        for row in bookings([asked.installer_id], [asked.day]).get(asked.installer_id, ())
        if row.active
    ]
    if there:
        words = {"name": asked.installer.user.display_name, "n": len(there)}
        sentence = _("%(name)s has %(n)s visits on this day: give them to somebody else first")
        raise Conflict("support.visits", sentence % words)


def _refuse_others(asked: SupportRequest, actor: User) -> None:
    """Who else asked for this day hears where they went."""
    others = SupportRequest.objects.filter(
        installer=asked.installer_id, day=asked.day, state=State.ASKED
    ).exclude(pk=asked.pk)
    words = _("Went to %(city)s") % {"city": asked.city.name}
    for each in others.select_related("installer__user", "asked_by", "city", "home", "borrower"):
        each.state, each.answer = State.REFUSED, words[:120]
        each.decided_by, each.decided_at = actor, clock.now()
        each.save(update_fields=["state", "answer", "decided_by", "decided_at"])
        _tell(each, [each.asked_by], "support_refused", sender=actor)


def _taken(asked: SupportRequest) -> Conflict:
    name = {"name": asked.installer.user.display_name}
    return Conflict("support.taken", _("%(name)s was lent to another outlet for this day") % name)


def _state(asked: SupportRequest) -> dict[str, str]:
    return {"state": str(asked.get_state_display())}


def _tell(
    asked: SupportRequest, people: list[User], code: str, *, sender: User, page: str = ""
) -> None:
    tell_staff(
        None,
        people,
        code=code,
        sender=sender,
        page=reverse(page or "dispatch:support"),
        name=asked.installer.user.display_name,
        day=f"{asked.day:%m-%d}",
        city=asked.city.name,
        why=asked.answer,
    )
