"""Claiming an offered job: of all who reach for it exactly one gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Gone, Refused
from common.journal import record
from dispatch.appointments.checking import refuse_beyond_limit
from dispatch.facts import question
from dispatch.models import Assignment, JobOffer
from dispatch.services.assigning import refuse_unable
from dispatch.services.candidates import candidate_for
from dispatch.services.pool_limits import refuse_over_limit
from dispatch.services.slots import book, lock_installer, visit_length
from workorders.services.locking import lock_order
from workorders.services.progress import assign_installer

if TYPE_CHECKING:
    from accounts.models import Installer, User


@transaction.atomic
def claim(*, offer_id: int, installer: Installer, actor: User) -> Assignment:
    """Give the offered order to the first who asks; asking again as the winner changes nothing.

    Raises Conflict naming who was faster, Gone when the offer was withdrawn or is over, Refused
    with the engine's sentence when this person cannot do it: a certificate, the day's cap, no time,
    or the grab pool's own limits.
    """
    offer = JobOffer.objects.filter(pk=offer_id, recipients__installer=installer).first()
    if offer is None:
        raise Refused("offer.unknown", _("There is no such offer"))
    # Most of a crowd reads here that it came too late and never queues for the lock.
    if offer.state == JobOffer.State.OPEN:
        lock_order(offer.work_order_id)
        offer.refresh_from_db()
    if offer.state == JobOffer.State.CLAIMED and offer.claimed_by_id == installer.pk:
        return _mine(offer, installer)
    if offer.state != JobOffer.State.OPEN or offer.expires_at <= clock.now():
        _too_late(offer)
    return _take(offer, installer, actor)


def _take(offer: JobOffer, installer: Installer, actor: User) -> Assignment:
    locked = lock_installer(installer.pk)
    refuse_over_limit(locked)
    order = assign_installer(
        order_id=offer.work_order_id, installer=locked, actor=actor, claimed=True
    )
    answer = candidate_for(order=order, installer_id=locked.pk)
    refuse_unable(answer, Assignment.Way.CLAIMED)
    refuse_beyond_limit(order, locked, answer.start_at)
    length = visit_length(question(order, now=clock.now()).job.service_s)
    made = book(order, answer, way=Assignment.Way.CLAIMED, actor=actor, length=length)
    won = JobOffer.objects.filter(pk=offer.pk, state=JobOffer.State.OPEN).update(
        state=JobOffer.State.CLAIMED, claimed_by=locked, claimed_at=clock.now()
    )
    if not won:
        _too_late(offer)
    record(actor, "job.claimed", order, offer=offer.pk, installer=locked.pk)
    return made


def _mine(offer: JobOffer, installer: Installer) -> Assignment:
    held = Assignment.objects.filter(work_order_id=offer.work_order_id, installer=installer)
    found = held.order_by("-pk").first()
    if found is None:
        raise Gone("offer.over", _("This job is no longer offered"))
    return found


def _too_late(offer: JobOffer) -> NoReturn:
    order = offer.work_order
    holder = offer.claimed_by or order.installer
    if holder is not None:
        sentence = _("Too late: %(name)s was faster")
        raise Conflict("offer.taken", sentence % {"name": holder.user.display_name})
    raise Gone("offer.over", _("This job is no longer offered"))
