"""One-time codes with which a customer confirms that the installer has come, and that all is well."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.broker import needing_broker
from common.errors import Gone, Refused, TooMany
from common.journal import record
from common.schema import current_schema
from workorders.happened import Happened
from workorders.models import RedemptionCode, WorkOrder
from workorders.services.locking import lock_open_order
from workorders.stickers import read_sticker

if TYPE_CHECKING:
    from accounts.models import User

Purpose = RedemptionCode.Purpose
_DIGITS = 6
_SHAPE = re.compile(r"[0-9]{6}", re.ASCII)
_VALID_FOR = timedelta(days=7)
_TRIES_AN_HOUR = 10


@transaction.atomic
def issue_code(*, order_id: int, actor: User | None, purpose: str = Purpose.ARRIVAL) -> str:
    """Make a code of six digits for the order's customer; those for the same before become void."""
    order = lock_open_order(order_id)
    order.codes.filter(used_at=None, purpose=purpose).delete()
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    now = clock.now()
    RedemptionCode.objects.create(
        work_order=order,
        purpose=purpose,
        digest=_digest(order, code, purpose),
        expires_at=now + _VALID_FOR,
    )
    record(actor, "workorder.code_issued", order, purpose=purpose)
    return code


def code_picture(code: str) -> str:
    """Return the digits of a code as a picture to be scanned, itself an address of its data."""
    return segno.make(code, error="m", micro=False).svg_data_uri(border=2, scale=6)


def redeem(
    order: WorkOrder, typed: str, *, when: Happened | None = None, purpose: str = Purpose.ARRIVAL
) -> None:
    """Use a code up; Refused for a wrong one, Gone for a used or expired one, TooMany beyond 10
    wrong ones an hour: six digits can be guessed. Unavailable while nobody can count the tries.

    What cannot be such a code (a sticker, a link) is named and is no try. The code for the other
    purpose is named too, but is a try: who guesses learns nothing once the tries are used up.
    """
    typed, when = typed.strip(), when or Happened(clock.now())
    _refuse_shapes(typed)
    tries_key = f"redeem:{order.pk}"
    words = _(
        "Codes cannot be checked at the moment. Try again in a minute, or check in by location."
    )
    with needing_broker(words):
        cache.add(tries_key, 0, 3600)
        if cache.get(tries_key, 0) >= _TRIES_AN_HOUR:
            raise TooMany("code.too_many", _("Too many wrong codes; please try again in an hour"))
    code = order.codes.select_for_update().filter(digest=_digest(order, typed, purpose)).first()
    if code is None:
        with needing_broker(words):
            _count(tries_key)
        _refuse_other_purpose(order, typed, purpose)
        raise Refused("code.wrong", _("This code does not belong to this work order"))
    if code.used_at is not None or code.expires_at < when.at:
        raise Gone("code.gone", _("This code was used or has expired"))
    code.used_at, code.received_at = when.at, when.received_at
    code.save(update_fields=["used_at", "received_at"])


def _refuse_shapes(typed: str) -> None:
    """Refuse what was scanned or typed and is something else, in words that say what it is."""
    if read_sticker(typed.rstrip("/").rpartition("/")[2]) is not None:
        raise Refused(
            "code.sticker",
            _(
                "This is the sticker on the appliance. Scan or type the code the customer was given."
            ),
        )
    if not _SHAPE.fullmatch(typed):
        raise Refused("code.shape", _("The customer's code has six digits; this is something else"))


def _refuse_other_purpose(order: WorkOrder, typed: str, purpose: str) -> None:
    other = Purpose.ACCEPTANCE if purpose == Purpose.ARRIVAL else Purpose.ARRIVAL
    if order.codes.filter(purpose=other, digest=_digest(order, typed, other)).exists():
        raise Refused(
            "code.other",
            _("This code is for the acceptance of the work; it is asked for at the end")
            if other == Purpose.ACCEPTANCE
            else _("This code is for the arrival; the one for the acceptance is another"),
        )


def _count(tries_key: str) -> None:
    try:
        cache.incr(tries_key)
    except ValueError:  # the hour ended, or Redis began anew, a moment ago
        cache.add(tries_key, 1, 3600)


def _digest(order: WorkOrder, code: str, purpose: str) -> str:
    salt = "" if purpose == Purpose.ARRIVAL else f":{purpose}"
    message = f"{current_schema()}:{order.pk}{salt}:{code}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()
