"""Asks a colleague for help on a running visit; who says yes helps on the order from then on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Gone, Refused, refuse_unless
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from customers.services.contacts import note_look
from dispatch.colleagues import Colleague, by_id, colleagues_for
from dispatch.events import HelpAsked
from dispatch.models import HelpRequest, HelpRule
from dispatch.services.crew import send_helper
from workorders import timeline
from workorders.flow import Meaning
from workorders.services.locking import lock_open_order, lock_order
from workorders.services.staff_notices import tell_staff
from workorders.services.stage_notices import responsible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import Installer, User
    from workorders.models import WorkOrder

ANSWER_WITHIN = timedelta(minutes=10)
"""How long one colleague is waited for."""
LASTS = timedelta(hours=1)
"""How long a request to the nearest goes on from one to the next."""
_RUNNING = (Meaning.EN_ROUTE.value, Meaning.ON_SITE.value)
_State = HelpRequest.State
_People = timeline.Kind.PEOPLE


@transactional
def ask_for_help(
    *,
    order_id: int,
    asker: Installer,
    reason: str,
    note: str = "",
    colleague_id: int | None = None,
) -> HelpRequest:
    """Ask one colleague, or without `colleague_id` the best of those near, then the next.

    Raises Refused while the visit does not run, for who does not lead it and for somebody who may
    not be asked (any more); Conflict while somebody is being asked already. Where nobody is left to
    be asked, the office is told.
    """
    order = _running(order_id, asker)
    if HelpRequest.objects.filter(work_order=order, state=_State.OPEN).exists():
        raise Conflict("help.open", _("A colleague is being asked already"))
    found = colleagues_for(order, asker=asker)
    if colleague_id is not None:
        found = [each for each in found if each.installer.pk == colleague_id]
        refuse_unless(found, "help.stranger", _("This colleague cannot be asked any more"))
    now = clock.now()
    wanted = HelpRequest(
        work_order=order,
        asker=asker,
        reason=reason,
        note=note.strip(),
        is_automatic=colleague_id is None,
        began_at=now,
    )
    sent = _send(wanted, order, found, now)
    # Another visit may have asked the one who was named a moment ago.
    refuse_unless(
        colleague_id is None or sent.colleague_id,
        "help.stranger",
        _("This colleague cannot be asked any more"),
    )
    return sent


@transactional
def answer_help(*, help_id: int, colleague: Installer, accepts: bool, why: str = "") -> HelpRequest:
    """Say yes or no to a request made to this colleague; a yes makes them a helper of the order.

    The same answer again changes nothing. A yes of somebody who may not come after all (a
    certificate ended meanwhile) closes the request like a no, with the reason as its answer, and
    the next is asked. Raises Gone when the request is over, Refused("help.unknown") for one made to
    others.
    """
    wanted = HelpRequest.objects.filter(pk=help_id, colleague=colleague).first()
    if wanted is None:
        raise Refused("help.unknown", _("You were not asked for this help"))
    order = lock_order(wanted.work_order_id)
    wanted.refresh_from_db()
    answer = _State.ACCEPTED if accepts else _State.DECLINED
    if wanted.state == answer:
        return wanted
    if not wanted.waits or not _still_runs(wanted, order):
        raise Gone("help.over", _("This request for help is over"))
    name = colleague.user.display_name
    against = _come(wanted, order) if accepts else ""
    if accepts and not against:
        _close(wanted, answer, why=why)
        tell_staff(order, [wanted.asker.user], code="help_accepted", name=name)
        return wanted
    why = against or why
    _close(wanted, _State.DECLINED, why=why)
    record(colleague.user, "help.declined", order, help=wanted.pk, reason=why)
    timeline.note(
        order, "help_declined", kind=_People, actor=colleague.user, installer=name, reason=why
    )
    _go_on(wanted, order)
    return wanted


def _come(wanted: HelpRequest, order: WorkOrder) -> str:
    """Make the colleague a helper of the order; returns what stands against it, "" for nothing."""
    colleague = wanted.colleague
    if colleague is None:
        return ""
    try:
        with transaction.atomic():
            send_helper(order_id=order.pk, installer_id=colleague.pk, actor=colleague.user)
    except Refused as refused:
        return str(refused)
    return ""


@transactional
def withdraw_help(*, order_id: int, actor: User | None) -> bool:
    """Take back what was asked on an order; False when nobody is being asked."""
    order = lock_order(order_id)
    wanted = HelpRequest.objects.filter(work_order=order, state=_State.OPEN).first()
    if wanted is None:
        return False
    _close(wanted, _State.WITHDRAWN)
    record(actor, "help.withdrawn", order, help=wanted.pk)
    timeline.note(order, "help_withdrawn", kind=_People, actor=actor)
    return True


@transactional
def end_void_help(*, order_id: int) -> bool:
    """Take back what was asked on an order whose visit does not run any more, or is another's."""
    wanted = HelpRequest.objects.filter(work_order=order_id, state=_State.OPEN).first()
    if wanted is None or _still_runs(wanted, lock_order(order_id)):
        return False
    return withdraw_help(order_id=order_id, actor=None)


def expire_help() -> int:
    """End the requests nobody answered in time and ask the next where that was wanted."""
    over = HelpRequest.objects.filter(state=_State.OPEN, expires_at__lte=clock.now())
    return sum(_expire(pk) for pk in over.order_by("pk").values_list("pk", flat=True))


@transactional
def show_colleagues_number(*, order_id: int, asker: Installer, colleague_id: int) -> str:
    """Return the number of a colleague who may be asked or was asked; each look is noted.

    Raises Refused for anybody else and while the visit does not run, TooMany as `note_look`.
    """
    order = _running(order_id, asker)
    found = by_id(colleagues_for(order, asker=asker)).get(colleague_id)
    colleague = found.installer if found else None
    if colleague is None:
        asked = HelpRequest.objects.filter(
            work_order=order,
            colleague=colleague_id,
            state__in=[_State.OPEN, _State.ACCEPTED],
        )
        mine = asked.select_related("colleague__user").first()
        colleague = mine.colleague if mine else None
    if colleague is None:
        raise Refused("help.stranger", _("This colleague cannot be asked any more"))
    refuse_unless(colleague.user.phone, "help.no_number", _("No number of this colleague is known"))
    note_look(of=colleague.user, actor=asker.user, work_order=order)
    timeline.note(
        order,
        "help_number_shown",
        kind=_People,
        actor=asker.user,
        installer=colleague.user.display_name,
    )
    return colleague.user.phone


@transactional
def set_help_reach(*, reach: str, actor: User) -> None:
    """Set whose people may be asked; who is on an order already stays there."""
    HelpRule.objects.update_or_create(pk=1, defaults={"reach": reach})
    record(actor, "help_rule.saved", None, reach=reach)


def _running(order_id: int, asker: Installer) -> WorkOrder:
    order = lock_open_order(order_id)
    is_lead = order.installer_id == asker.pk
    refuse_unless(is_lead, "help.not_lead", _("Who is responsible for the visit asks for help"))
    refuse_unless(
        order.meaning in _RUNNING and order.completed_at is None,
        "help.not_running",
        _("Help can be asked for once you are on the way or on site"),
    )
    return order


def _still_runs(wanted: HelpRequest, order: WorkOrder) -> bool:
    """Whether who asked still leads a visit that is under way."""
    is_running = order.is_open and order.completed_at is None and order.meaning in _RUNNING
    return is_running and order.installer_id == wanted.asker_id


def _send(
    wanted: HelpRequest, order: WorkOrder, found: Sequence[Colleague], now: datetime
) -> HelpRequest:
    """Ask the first of some who is asked by nobody else; the office where there is none."""
    wanted.asked_at, wanted.expires_at = now, now + ANSWER_WITHIN
    actor = wanted.asker.user
    if not any(_is_asked(wanted, each) for each in found):
        wanted.colleague = wanted.distance_m = None
        wanted.state, wanted.answered_at, wanted.jobs_done = _State.NOBODY, now, 0
        wanted.save()
        timeline.note(
            order, "help_nobody", kind=timeline.Kind.ALERT, actor=actor, reason=_reason(wanted)
        )
        tell_staff(order, responsible(order, ""), code="help_nobody", name=actor.display_name)
        tell_staff(order, [actor], code="help_office")
        record(actor, "help.nobody", order, help=wanted.pk)
        return wanted
    timeline.note(
        order,
        "help_asked",
        kind=_People,
        actor=actor,
        installer=str(wanted.colleague),
        reason=_reason(wanted),
    )
    record(actor, "help.asked", order, help=wanted.pk, installer=wanted.colleague_id)
    announce(HelpAsked(wanted.pk))
    return wanted


def _is_asked(wanted: HelpRequest, chosen: Colleague) -> bool:
    """Store a request to somebody; False when another visit asks them at this moment."""
    wanted.colleague = chosen.installer
    wanted.distance_m, wanted.jobs_done = chosen.distance_m, chosen.done
    try:
        with transaction.atomic():
            wanted.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _reason(wanted: HelpRequest) -> str:
    words = str(HelpRequest.Reason(wanted.reason).label)
    return f"{words} · {wanted.note}" if wanted.note else words


def _close(wanted: HelpRequest, state: str, *, why: str = "") -> None:
    wanted.state, wanted.answered_at, wanted.answer = state, clock.now(), why[:100]
    wanted.save(update_fields=["state", "answered_at", "answer"])


@transactional
def _expire(help_id: int) -> bool:
    wanted = HelpRequest.objects.get(pk=help_id)
    order = lock_order(wanted.work_order_id)
    wanted.refresh_from_db()
    if wanted.state != _State.OPEN:
        return False
    _close(wanted, _State.EXPIRED)
    timeline.note(order, "help_expired", kind=_People, installer=str(wanted.colleague))
    _go_on(wanted, order)
    return True


def _go_on(last: HelpRequest, order: WorkOrder) -> None:
    """Ask the next colleague, or say that nobody comes."""
    now = clock.now()
    if not _still_runs(last, order):
        return
    if not last.is_automatic:
        tell_staff(order, [last.asker.user], code="help_no", name=str(last.colleague))
        return
    chain = HelpRequest.objects.filter(work_order=order, began_at=last.began_at)
    asked = set(chain.values_list("colleague_id", flat=True))
    found = [
        each for each in colleagues_for(order, asker=last.asker) if each.installer.pk not in asked
    ]
    if now - last.began_at >= LASTS:
        found = []
    wanted = HelpRequest(
        work_order=order,
        asker=last.asker,
        reason=last.reason,
        note=last.note,
        is_automatic=True,
        began_at=last.began_at,
    )
    _send(wanted, order, found, now)
