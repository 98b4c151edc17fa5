"""Order files: read and shown first, written only when confirmed, and each file once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import ServiceItem
from common import clock
from common.broker import needing_broker
from common.errors import Conflict, Gone, Refused, refuse_unless
from common.formatting import full_time
from common.journal import record
from common.outbox import announce
from network.models import OrgUnit
from workorders.csv_reading import read_table
from workorders.events import ImportConfirmed
from workorders.import_rows import CheckedTable, ReadRow, RowError, check_rows, placed_at
from workorders.models import OrderImport
from workorders.services.entry import IMPORTED, ManualOrder, enter_order

if TYPE_CHECKING:
    from accounts.models import User

_PREVIEW_S = 3600
_ROWS_A_TURN = 100


@dataclass(frozen=True, slots=True)
class Preview:
    """A file that was read and not written; `token` confirms it within an hour."""

    token: str
    name: str
    checked: CheckedTable
    imported: OrderImport | None


def preview_file(*, raw: bytes, name: str, actor: User) -> Preview:
    """Read a file and say what would happen; nothing is written.

    `imported` is the earlier import of the very same file. Raises Refused as `read_table` does.
    """
    token = hashlib.sha256(raw).hexdigest()
    checked = check_rows(read_table(raw), actor=actor)
    shown = name[-120:]
    kept = {
        "name": shown,
        "good": [row.as_json() for row in checked.good],
        "bad": [[error.line, error.sentences, error.cells] for error in checked.bad],
        "skipped": checked.skipped,
    }
    words = _(
        "The preview cannot be kept at the moment; nothing was imported. "
        "Choose the file again in a minute."
    )
    with needing_broker(words):
        cache.set(_key(actor, token), json.dumps(kept), _PREVIEW_S)
    return Preview(token, shown, checked, OrderImport.objects.filter(sha256=token).first())


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
    checked = CheckedTable(
        [ReadRow.from_json(row) for row in kept["good"]],
        [RowError(line, sentences, cells) for line, sentences, cells in kept["bad"]],
        kept["skipped"],
    )
    return Preview(token, kept["name"], checked, OrderImport.objects.filter(sha256=token).first())


@transaction.atomic
def confirm_import(*, token: str, actor: User) -> OrderImport:
    """Let the good rows of a previewed file be taken in; the bad ones stay in the error file.

    Raises Conflict for a file that was imported before, Refused when no row is good.
    """
    preview = kept_preview(token=token, actor=actor)
    refuse_unless(preview.checked.good, "import.nothing", _("No row of this file can be imported"))
    made, is_new = OrderImport.objects.get_or_create(
        sha256=token,
        defaults={
            "name": preview.name,
            "rows": [row.as_json() for row in preview.checked.good],
            "total": len(preview.checked.good),
            "confirmed_by": actor,
            "confirmed_at": clock.now(),
        },
    )
    if not is_new:
        sentence = _("%(who)s has imported this file already (%(at)s)")
        words = {"who": made.confirmed_by.display_name, "at": full_time(made.confirmed_at)}
        raise Conflict("import.again", sentence % words)
    record(actor, "orders.imported", made, rows=made.total, bad=len(preview.checked.bad))
    announce(ImportConfirmed(made.pk, 0), key=f"import:{made.pk}:0")
    return made


@transaction.atomic
def take_rows_in(*, import_id: int, start: int) -> None:
    """Take in the next hundred rows and announce the following hundred.

    A row that was taken in before counts as known, one that is refused is listed with its reason.
    """
    running = (
        OrderImport.objects.select_for_update().select_related("confirmed_by").get(pk=import_id)
    )
    if running.done != start:
        return
    for stored in running.rows[start : start + _ROWS_A_TURN]:
        _take_row_in(running, ReadRow.from_json(stored))
    running.done = min(running.total, start + _ROWS_A_TURN)
    if running.done == running.total:
        running.state = OrderImport.State.FINISHED
    else:
        following = ImportConfirmed(running.pk, running.done)
        announce(following, key=f"import:{running.pk}:{running.done}")
    running.save(update_fields=["done", "opened", "known", "errors", "state"])


def _take_row_in(running: OrderImport, row: ReadRow) -> None:
    entry = ManualOrder(
        customer_name=row.customer,
        phone=row.phone,
        item=ServiceItem.objects.select_related("current").get(pk=row.item_id),
        sold_by=OrgUnit.objects.get(pk=row.sold_by_id),
        detail=row.detail,
        division_code=row.division_code,
        quantity=row.quantity,
        paid_fen=row.paid_fen,
        number=row.number,
        remark=row.remark,
        placed_at=placed_at(row),
        platform=IMPORTED,
    )
    try:
        with transaction.atomic():
            enter_order(entry=entry, actor=running.confirmed_by)
        running.opened += 1
    except Refused as refused:
        # One bad row must not hold up the others: it is told, not raised.
        if refused.code == "order.entered":
            running.known += 1
        else:
            running.errors = [*running.errors, [row.line, str(refused)]]


def _key(actor: User, token: str) -> str:
    return f"order-import:{actor.pk}:{token}"
