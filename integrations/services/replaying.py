"""Fetches one order again because a person wants it; harmless however often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused, refuse_unless
from common.journal import record
from integrations.errors import PlatformError
from integrations.models import InboundEvent
from integrations.reaching import SHOPS
from integrations.services import storing, taking

if TYPE_CHECKING:
    from accounts.models import User
    from integrations.models import Connection


def replay_order(*, connection: Connection, order_number: str, actor: User) -> bool:
    """Fetch an order now and take it in; whether that succeeded, or it is parked with a reason.

    Raises Refused when the connection is off or the shop gives no such order.
    """
    refuse_unless(
        connection.is_active and connection.platform in SHOPS,
        "connection.off",
        _("This connection is switched off"),
    )
    try:
        state = taking.fetch_and_take(connection=connection, order_number=order_number)
    except PlatformError as error:
        raise Refused(
            "replay.no_answer",
            _("The shop did not give this order (%(code)s). Nothing was changed.")
            % {"code": error.code},
        ) from error
    with transaction.atomic():
        record(actor, "order.replayed", connection, order=order_number, state=state)
    return state == InboundEvent.State.DONE


def replay_event(*, event: InboundEvent, connection: Connection, actor: User) -> bool:
    """Do again what an event asked for; a success settles the event too."""
    refuse_unless(event.order_number, "replay.no_order", _("This event is not about an order"))
    done = replay_order(connection=connection, order_number=event.order_number, actor=actor)
    if done and event.state != InboundEvent.State.DONE:
        with transaction.atomic():
            storing.settle(event, InboundEvent.State.DONE)
    return done
