"""The code a Tmall buyer tells the installer (核销码), verified at the platform, once."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import Conflict, Refused, Unavailable, refuse_unless
from integrations.errors import Kind, MappingError, PlatformError
from integrations.models import Connection
from integrations.reaching import top_gateway
from integrations.tmall.workcards import TmallWorkcards
from tenants.limits import limit
from workorders.services.shop_codes import is_verified, note_verified

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import WorkOrder

log = logging.getLogger(__name__)
TRIES_AN_HOUR = 10
_CODE = re.compile(r"[0-9]{4,12}")
_REFUSALS: Mapping[str, str] = {
    "isv.identify-code-error": gettext_noop(
        "Tmall says the code is wrong. Ask the customer to read it again from the order's page."
    ),
    "isv.workcard-cancelled": gettext_noop(
        "Tmall has cancelled this service. Do not start; call the office."
    ),
    "isv.workcard-not-exist": gettext_noop(
        "Tmall does not know this service any more. Call the office."
    ),
}


def shop_connection(order: WorkOrder) -> Connection | None:
    """Return the active Tmall connection an order came through; None for other channels."""
    shop = order.line.order
    if shop.platform != Connection.Platform.TMALL:
        return None
    found = Connection.objects.filter(platform=shop.platform, shop_key=shop.shop_key)
    return found.filter(is_active=True).first()


def verify_code(*, order: WorkOrder, code: str, actor: User) -> None:
    """Verify the buyer's code at the platform and note it; nothing is held while it is asked.

    Raises Refused with what to do for a code that is none or that the platform refuses, Conflict
    when it was verified before, TooMany beyond ten tries an hour, Unavailable without an answer.
    """
    typed = code.strip().replace(" ", "")
    refuse_unless(
        _CODE.fullmatch(typed), "shop_code.shape", _("The code has four to twelve digits")
    )
    connection = shop_connection(order)
    if connection is None:
        raise Refused("shop_code.no_shop", _("This order's shop has no codes, or is not connected"))
    if is_verified(order):
        raise Conflict("shop_code.done", _("The code of this order was verified already"))
    limit("shop-code", f"{connection.pk}:{order.number}", most=TRIES_AN_HOUR, period_s=3600)
    try:
        _ask(order, connection, typed)
    except PlatformError as error:
        raise _refusal(error) from error
    except (MappingError, ValueError) as error:
        log.warning("the work card of %s cannot be read: %s", order.number, error)
        raise Unavailable("shop_code.answer", _no_answer()) from error
    note_verified(order_id=order.pk, actor=actor)


def _ask(order: WorkOrder, connection: Connection, code: str) -> None:
    cards = TmallWorkcards(top_gateway(connection, brisk=True))
    shop = order.line.order
    card_id = cards.card_of(order.line.line_id, paid_at=shop.paid_at or shop.placed_at)
    if card_id is None:
        raise PlatformError("isv.workcard-not-exist", "no card", Kind.REFUSED)
    cards.identify(card_id, code)


def _refusal(error: PlatformError) -> Refused:
    if sentence := _REFUSALS.get(error.code):
        return Refused("shop_code.refused", _(sentence))
    log.warning("Tmall did not verify a code: %s", error)
    if error.kind is Kind.REFUSED:
        words = _("Tmall refused the code: %(reason)s") % {"reason": error.message or error.code}
        return Refused("shop_code.refused", words)
    if error.kind is Kind.AUTH:
        words = _(
            "The shop's connection is no longer authorised. Tell the office; the visit goes on."
        )
        return Unavailable("shop_code.auth", words)
    return Unavailable("shop_code.away", _no_answer())


def _no_answer() -> str:
    return _(
        "Tmall gives no answer at the moment, and the code is not used up. Try again in a minute."
    )
