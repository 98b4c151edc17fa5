"""The file a bank's batch transfer reads, and the answer it gives back. Layout: docs/how-to/payouts.md."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.csv_files import defused
from common.errors import Refused
from common.formatting import yuan
from settlement.models import PayeeAccount, PayoutBatch, PayoutItem
from settlement.payouts.accounts import account_number

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = ("序号", "收款户名", "收款账号", "开户银行", "金额(元)", "用途", "业务编号")
PAID_WORDS = frozenset({"成功", "已付", "ok", "paid", "success"})
MAX_ANSWER_BYTES = 2 * 1024 * 1024
_MARK = "\ufeff"


def bank_csv(batch: PayoutBatch) -> bytes:
    """Return the transfers on their way, in the same order whenever it is asked for."""
    out = io.StringIO(_MARK, newline="")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for n, (item, account) in enumerate(_items(batch), start=1):
        # A tab keeps a spreadsheet from rounding the number; banks' readers strip it.
        number = f"{account_number(account)}\t"
        writer.writerow(
            [
                n, defused(account.holder), number, defused(account.bank), yuan(item.amount_fen),
                f"结算 {batch.period}", item.number,
            ]
        )  # fmt: skip
    return out.getvalue().encode()


def _items(batch: PayoutBatch) -> Iterator[tuple[PayoutItem, PayeeAccount]]:
    accounts = {
        one.party_id: one for one in PayeeAccount.objects.filter(party__payout_items__batch=batch)
    }
    waiting = batch.items.filter(state=PayoutItem.State.TRANSIT, party__in=accounts)
    yield from ((item, accounts[item.party_id]) for item in waiting.order_by("pk"))


def read_answer(content: bytes, batch: PayoutBatch) -> dict[int, str]:
    """Return by item id "" for paid or why it came back, from a file: number, result, reason.

    Refused with the line when a number is not of this batch, or the file is none.
    """
    if len(content) > MAX_ANSWER_BYTES:
        raise Refused("payout.answer", _("The file is larger than 2 MB"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    known = {item.number: item.pk for item in batch.items.all()}
    results: dict[int, str] = {}
    for line, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        cells = [cell.strip() for cell in row]
        number = next((cell for cell in cells if cell.startswith("PO-")), "")
        if not number:
            continue
        if number not in known:
            sentence = _("Line %(line)s: %(number)s is not in this payout")
            raise Refused("payout.answer", sentence % {"line": line, "number": number})
        rest = [cell for cell in cells[cells.index(number) + 1 :] if cell]
        paid = bool(rest) and rest[0].lower() in PAID_WORDS
        why = rest[1] if len(rest) > 1 else rest[0] if rest else ""
        results[known[number]] = "" if paid else why or _("no reason given")
    if not results:
        raise Refused("payout.answer", _("No line of the file names a transfer of this payout"))
    return results
