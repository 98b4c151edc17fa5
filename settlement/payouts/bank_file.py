"""The file a bank's batch transfer reads, and the answer it gives back. Layout: docs/how-to/payouts.md."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from common.csv_files import defused, records
from common.errors import Refused
from common.formatting import yuan
from settlement.models import PayoutBatch, PayoutItem
from settlement.payouts.accounts import item_number
from settlement.payouts.answers import PAID, Answer
from settlement.statements.workbook import text_xlsx

HEAD = ("序号", "收款户名", "收款账号", "开户银行", "金额(元)", "用途", "业务编号")
PAID_WORDS = frozenset(
    {
        "成功",
        "交易成功",
        "支付成功",
        "付款成功",
        "转账成功",
        "处理成功",
        "已付",
        "已付款",
        "已支付",
        "已入账",
    }
    | {"ok", "paid", "success"}
)
FAILED_WORDS = frozenset(
    {
        "失败",
        "交易失败",
        "支付失败",
        "付款失败",
        "转账失败",
        "处理失败",
    }
    | {"已拒绝", "拒绝", "failed", "fail", "rejected"}
)
# What a bank may still say a day or two after it said that it paid.
RETURNED_WORDS = frozenset({"退票", "退汇", "已退票", "已退汇", "退回", "已退回", "returned"})
WAITING_WORDS = frozenset({"处理中", "待处理", "交易处理中", "银行处理中", "pending", "processing"})
MAX_ANSWER_BYTES = 2 * 1024 * 1024
_MARK = "\ufeff"


def bank_csv(batch: PayoutBatch) -> bytes:
    """Return the transfers on their way, to the accounts they were approved with; always the same."""
    out = io.StringIO(_MARK, newline="")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for n, holder, number, bank, amount, purpose, own_number in _transfers(batch):
        # A tab keeps a spreadsheet from rounding the number; banks' readers strip it.
        writer.writerow(
            [n, defused(holder), f"{number}\t", defused(bank), amount, purpose, own_number]
        )
    return out.getvalue().encode()


def bank_xlsx(batch: PayoutBatch) -> bytes:
    """Return the same transfers as a workbook of texts: no number is rounded, no name computed."""
    widths = [6, 20, 30, 30, 14, 18, 22]
    return text_xlsx(title=batch.number, widths=widths, head=HEAD, rows=_transfers(batch))


def _transfers(batch: PayoutBatch) -> Iterator[tuple[str, ...]]:
    """What is on its way, in the order and the columns of HEAD."""
    waiting = batch.items.filter(state=PayoutItem.State.TRANSIT).select_related("batch")
    for n, item in enumerate(waiting.order_by("pk"), start=1):
        yield (
            str(n), item.holder, item_number(item), item.bank, yuan(item.amount_fen),
            f"结算 {batch.period}", item.number,
        )  # fmt: skip


def read_answer(content: bytes, batch: PayoutBatch) -> dict[int, Answer]:
    """Return the bank's answers by item id, from a file: number, result, reason.

    What the bank still works on is left out. Refused with the line when a number is not of this
    batch, has two answers or a result is no known word: a guess would pay out a second time. Or
    the file is none.
    """
    if len(content) > MAX_ANSWER_BYTES:
        raise Refused("payout.answer", _("The file is larger than 2 MB"))
    known = {item.number: item.pk for item in batch.items.all()}
    results: dict[int, Answer] = {}
    named = False
    for line, row in enumerate(records(content), start=1):
        cells = [cell.strip() for cell in row]
        number = next((cell for cell in cells if cell.startswith("PO-")), "")
        if not number:
            continue
        where = {"line": line, "number": number}
        if number not in known:
            sentence = _("Line %(line)s: %(number)s is not in this payout")
            raise Refused("payout.answer", sentence % where)
        named = True
        rest = [cell for cell in cells[cells.index(number) + 1 :] if cell]
        answer = _answer(rest, line)
        if answer is None:
            continue
        if results.setdefault(known[number], answer) != answer:
            sentence = _("Line %(line)s: %(number)s has another answer further up in the file")
            raise Refused("payout.answer", sentence % where)
    if not named:
        raise Refused("payout.answer", _("No line of the file names a transfer of this payout"))
    return results


def _answer(rest: list[str], line: int) -> Answer | None:
    """Return what the bank says of one transfer, None while it is still at it."""
    word = rest[0] if rest else ""
    if word.lower() in PAID_WORDS:
        return PAID
    if word.lower() in FAILED_WORDS | RETURNED_WORDS:
        reason = rest[1] if len(rest) > 1 else word
        return Answer(reason, is_return=word.lower() in RETURNED_WORDS)
    if word.lower() in WAITING_WORDS:
        return None
    sentence = _(
        "Line %(line)s: the result “%(word)s” is not known, so nothing was taken in. "
        "Write 成功, 失败 or 处理中 there and send the file again."
    )
    raise Refused("payout.answer", sentence % {"line": line, "word": word[:40]})
