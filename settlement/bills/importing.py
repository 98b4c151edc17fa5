"""Bill files: read and shown first, written only when confirmed and only as a whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from common.broker import needing_broker
from common.errors import Gone, refuse_unless
from settlement.bills.file_reading import BadRow, ReadBill, read_bill
from settlement.bills.lines import LineFacts
from settlement.bills.taking import take_bill
from settlement.headquarters import refuse_outsiders
from settlement.models import BillLine, PlatformBill

if TYPE_CHECKING:
    from accounts.models import User

_PREVIEW_S = 3600


class ShopKey(NamedTuple):
    """A shop of a platform."""

    platform: str
    shop_key: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A file that was read and not written; `token` confirms it within an hour."""

    token: str
    sha256: str
    name: str
    shop: ShopKey
    read: ReadBill
    known: int
    earlier: PlatformBill | None

    @property
    def may_confirm(self) -> bool:
        """Whether every row could be read and the file is new."""
        return not self.read.bad and self.earlier is None


def preview_bill(*, raw: bytes, name: str, shop: ShopKey, actor: User) -> Preview:
    """Read a file and say what would happen; nothing is written. Raises Refused as `read_bill`."""
    refuse_outsiders(actor)
    read = read_bill(raw)
    token = hashlib.sha256(f"{shop.platform}:{shop.shop_key}:".encode() + raw).hexdigest()
    kept = {
        "name": name[-120:],
        "shop": list(shop),
        "sha256": hashlib.sha256(raw).hexdigest(),
        "lines": [asdict(line) | {"booked_on": str(line.booked_on)} for line in read.lines],
        "bad": [[row.line, row.order_number, list(row.sentences)] for row in read.bad],
        "skipped": read.skipped,
    }
    words = _(
        "The preview cannot be kept at the moment; nothing was imported. "
        "Choose the file again in a minute."
    )
    with needing_broker(words):
        cache.set(_key(actor, token), json.dumps(kept), _PREVIEW_S)
    return kept_preview(token=token, actor=actor)


def kept_preview(*, token: str, actor: User) -> Preview:
    """Return a preview of this user again; Gone when it is over an hour old."""
    words = _(
        "The preview cannot be read at the moment; nothing was imported. Try again in a minute."
    )
    with needing_broker(words):
        stored = cache.get(_key(actor, token))
    if stored is None:
        raise Gone("import.gone", _("The preview has expired; please choose the file again"))
    kept = json.loads(stored)
    lines = [
        LineFacts(**(row | {"booked_on": date.fromisoformat(row["booked_on"])}))
        for row in kept["lines"]
    ]
    bad = [BadRow(line, order, tuple(sentences)) for line, order, sentences in kept["bad"]]
    shop = ShopKey(*kept["shop"])
    at_shop = {"platform": shop.platform, "shop_key": shop.shop_key}
    ids = [line.bill_line_id for line in lines]
    return Preview(
        token=token,
        sha256=kept["sha256"],
        name=kept["name"],
        shop=shop,
        read=ReadBill(lines, bad, kept["skipped"]),
        known=BillLine.objects.filter(**at_shop, bill_line_id__in=ids).count(),
        earlier=PlatformBill.objects.filter(**at_shop, sha256=kept["sha256"]).first(),
    )


@transaction.atomic
def confirm_bill(*, token: str, actor: User) -> PlatformBill:
    """Take a previewed file in as a whole; Refused while a row of it cannot be read.

    Conflict when somebody has taken the same file in before.
    """
    refuse_outsiders(actor)
    preview = kept_preview(token=token, actor=actor)
    sentence = _("Some rows cannot be read; correct the file and choose it again")
    refuse_unless(not preview.read.bad, "bill.bad_rows", sentence)
    return take_bill(
        platform=preview.shop.platform,
        shop_key=preview.shop.shop_key,
        source=PlatformBill.Source.FILE,
        name=preview.name,
        lines=preview.read.lines,
        sha256=preview.sha256,
        actor=actor,
    )


def _key(actor: User, token: str) -> str:
    return f"bill-import:{actor.pk}:{token}"
