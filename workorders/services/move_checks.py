"""Whether somebody may take a way of an order, and has answered what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import Refused, refuse_unless
from workorders.crew import helper_place
from workorders.guards import Attempt, missing
from workorders.happened import happened
from workorders.services.answers import BOOKING

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.flow import Stage, Transition
    from workorders.models import WorkOrder
    from workorders.services.answers import Answers


def check_role(order: WorkOrder, way: Transition, actor: User | None, answers: Answers) -> None:
    """Raise Refused for who may not take a way of the locked order."""
    if answers.via == BOOKING and "appointment" in way.asks:
        return
    role = actor.role if actor else "system"
    refuse_unless(
        role in way.roles,
        "transition.role",
        _("Your role may not take “%(name)s”") % {"name": way.name},
    )
    if actor is None or not actor.is_installer:
        return
    # Whoever works on the phone moves what they have, or takes what nobody has.
    holder = order.installer or answers.installer
    if holder is not None and helper_place(order, actor=actor) is not None:
        sentence = _("%(name)s leads this job: “%(move)s” is for them alone")
        values = {"name": holder.user.display_name, "move": way.name}
        raise Refused("transition.lead_only", sentence % values)
    refuse_unless(
        holder is not None and holder.user_id == actor.pk,
        "transition.not_yours",
        _("This work order is with another installer now"),
    )


def check_answers(
    order: WorkOrder,
    stage: Stage,
    target: Stage,
    way: Transition,
    answers: Answers,
    actor: User | None,
) -> None:
    """Raise Refused, naming all that is missing, unless what a way asks for is answered."""
    # What is asked for must be answered now: an old appointment is no new one.
    asks = way.asks
    attempt = Attempt(
        order=order,
        stage=stage,
        target=target,
        transition=way,
        installer=answers.installer or (None if "installer" in asks else order.installer),
        has_appointment=bool(answers.appointment)
        or ("appointment" not in asks and order.window_starts_at is not None),
        has_reason=bool(answers.reason.strip()),
        has_next_contact=answers.next_contact_at is not None,
        confirmed=answers.confirmed,
        actor=actor,
    )
    lacking = missing(attempt)
    if lacking:
        raise Refused("transition.missing", "；".join(lacking))
    if "quote" in asks and answers.quote_fen is None:
        raise Refused("transition.missing", _("Enter the amount of the quotation"))
    if answers.appointment:
        starts_at, ends_at = answers.appointment
        refuse_unless(
            ends_at > starts_at, "appointment.order", _("The end must be after the start")
        )
    if answers.next_contact_at is not None:
        refuse_unless(
            answers.next_contact_at > happened(order).at,
            "next_contact.past",
            _("The next contact must lie in the future"),
        )
