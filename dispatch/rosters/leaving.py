"""Leave: asked for on the phone, decided at the desk with the visits of those days in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Installer, Leave, User
from accounts.services.installers import add_leave
from common import clock
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from dispatch.models import LeaveRequest
from dispatch.rosters.editing import clear_days
from dispatch.rosters.leave_facts import managers_of, span_of, visits_in
from workorders.services.staff_notices import tell_staff

if TYPE_CHECKING:
    from datetime import date


LONGEST_DAYS = 60
AHEAD_DAYS = 366
_State = LeaveRequest.State


@transaction.atomic
def ask_for_leave(
    *, installer: Installer, starts_on: date, ends_on: date, reason: str
) -> LeaveRequest:
    """Ask to be away; the outlet's manager is told.

    Refused("leave.order"), ("leave.past"), ("leave.long") for days that make no sense,
    ("leave.overlap") for days that are leave or asked for already.
    """
    Installer.objects.select_for_update(of=("self",), no_key=True).get(pk=installer.pk)
    today = clock.business_day()
    order = _("The last day cannot come before the first")
    refuse_unless(starts_on <= ends_on, "leave.order", order)
    refuse_unless(starts_on >= today, "leave.past", _("Leave begins today at the earliest"))
    days = (ends_on - starts_on).days + 1
    refuse_unless(
        days <= LONGEST_DAYS and (ends_on - today).days <= AHEAD_DAYS,
        "leave.long",
        _("At most %(n)s days, at most a year ahead") % {"n": LONGEST_DAYS},
    )
    touching = {"starts_on__lte": ends_on, "ends_on__gte": starts_on}
    asked = LeaveRequest.objects.filter(installer=installer, state=_State.ASKED, **touching)
    taken = Leave.objects.filter(installer=installer, **touching)
    overlap = _("Some of these days are asked for or noted as leave already")
    refuse_unless(not asked.exists() and not taken.exists(), "leave.overlap", overlap)
    made = LeaveRequest.objects.create(
        installer=installer, starts_on=starts_on, ends_on=ends_on, reason=reason[:80],
        asked_at=clock.now(),
    )  # fmt: skip
    record(installer.user, "leave.asked", made, starts_on=starts_on, ends_on=ends_on)
    tell_staff(
        None,
        managers_of(installer),
        code="leave_asked",
        page=reverse("dispatch:leave-list"),
        name=installer.user.display_name,
        days=span_of(made),
    )
    return made


@transaction.atomic
def decide_leave(
    *, request_id: int, approve: bool, answer: str, seen_visits: int, actor: User
) -> LeaveRequest:
    """Approve or decline; who approves has seen how many visits lie in those days.

    Approved days are leave and leave every roster. Conflict("leave.decided") when it was answered
    already, Conflict("leave.visits") when there are more visits now than the person saw; a
    refusal needs an answer (Refused "leave.answer").
    """
    asked = _locked(request_id)
    name = asked.installer.user.display_name
    if asked.state != _State.ASKED:
        who = asked.decided_by.display_name if asked.decided_by else name
        words = _("%(name)s has already answered this request") % {"name": who}
        raise Conflict("leave.decided", words)
    refuse_unless(approve or answer.strip(), "leave.answer", _("Say why it is declined"))
    if approve:
        there = len(visits_in(asked))
        if there > seen_visits:
            raise Conflict(
                "leave.visits",
                _("%(name)s has been given another visit in these days; look again")
                % {"name": name},
            )
        add_leave(
            installer=asked.installer,
            starts_on=asked.starts_on,
            ends_on=asked.ends_on,
            reason=asked.reason,
            actor=actor,
        )
        clear_days(
            installer=asked.installer, first=asked.starts_on, last=asked.ends_on, actor=actor
        )
    asked.state = _State.APPROVED if approve else _State.DECLINED
    asked.decided_by, asked.decided_at, asked.answer = actor, clock.now(), answer.strip()[:120]
    asked.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    record(actor, "leave.decided", asked, approved=approve)
    tell_staff(
        None,
        [asked.installer.user],
        code="leave_approved" if approve else "leave_declined",
        sender=actor,
        page=reverse("dispatch-phone:roster"),
        days=span_of(asked),
        why=asked.answer,
    )
    return asked


@transaction.atomic
def withdraw_leave(*, request_id: int, installer: Installer) -> LeaveRequest:
    """Take a request back while nobody has answered it; a second time: no effect."""
    asked = _locked(request_id)
    refuse_unless(asked.installer_id == installer.pk, "leave.unknown", _("There is none"))
    if asked.state == _State.WITHDRAWN:
        return asked
    if asked.state != _State.ASKED:
        raise Conflict("leave.decided", _("This request has been answered already"))
    asked.state = _State.WITHDRAWN
    asked.save(update_fields=["state"])
    record(installer.user, "leave.withdrawn", asked)
    return asked


def _locked(request_id: int) -> LeaveRequest:
    rows = LeaveRequest.objects.select_for_update(of=("self",))
    found = rows.select_related("installer__user", "installer__outlet").filter(pk=request_id)
    asked = found.first()
    if asked is None:
        raise Refused("leave.unknown", _("There is no such request"))
    return asked
