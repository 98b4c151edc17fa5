"""A merchant desk's export becomes lines; what cannot be read is named by its row."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from common.errors import Refused
from settlement.bills.file_reading import read_bill

HEAD = "账单编号,订单号,子订单号,类型,金额,手续费,入账时间"
GOOD = "B1,E1,7,订单收款,300.00,45.00,2026-11-05 10:20:30"


def sheet(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *rows]).encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_gives_the_same_lines(encoding):
    raw = sheet(GOOD).decode().encode(encoding)
    (line,) = read_bill(raw).lines
    assert (line.bill_line_id, line.order_number, line.line_id) == ("B1", "E1", "7")
    assert (line.kind, line.amount_fen, line.fee_fen) == ("payment", 30_000, 4_500)
    assert line.booked_on == date(2026, 11, 5)


@pytest.mark.parametrize(
    ("row", "kind", "amount_fen", "fee_fen"),
    [
        ("B1,E1,7,退款,-100.00,-15.00,2026/11/5", "refund", -10_000, -1_500),
        ("B1,E1,7,退款,100.00,15.00,2026-11-05", "refund", -10_000, -1_500),
        ("B1,E1,7,服务费,300,-45.00,20261105", "payment", 30_000, 4_500),
        ("B1,E1,7,结算调整单,-3.50,,2026年11月5日", "adjustment", -350, 0),
        ("`B1,\t`E1,7,收款,¥１２０.5,-,2026-11-05", "payment", 12_050, 0),
    ],
)
def test_signs_follow_from_the_type_whatever_an_export_writes(row, kind, amount_fen, fee_fen):
    (line,) = read_bill(sheet(row)).lines
    assert (line.kind, line.amount_fen, line.fee_fen) == (kind, amount_fen, fee_fen)


def test_income_and_expense_may_stand_in_two_columns_below_a_title():
    raw = "有赞收支明细\r\n".encode() + sheet(
        "B1,E1,300.00,,2026-11-05", "B2,E1,,100.00,2026-11-06", "合计,,300.00,100.00,",
        head="流水号,关联订单号,收入(元),支出(元),入账时间",
    )  # fmt: skip
    read = read_bill(raw)
    assert [(one.kind, one.amount_fen) for one in read.lines] == [
        ("payment", 30_000),
        ("refund", -10_000),
    ]
    assert (read.skipped, read.net_fen) == (1, 20_000)


@pytest.mark.parametrize(
    ("row", "read_as"),
    [
        ("B1,E1,交易,300.00,", ("payment", 30_000, 0)),
        ("B1,E1,技术服务费,,5.00", ("payment", 0, 500)),
        ("B1,E1,退款,,100.00", ("refund", -10_000, 0)),
        ("B1,E1,退款退回,100.00,", ("adjustment", 10_000, 0)),
        ("B1,E1,订单保证金,,20.00", ("adjustment", -2_000, 0)),
    ],
)
def test_what_was_paid_out_is_no_payment_of_a_customer_whatever_its_type_is_called(row, read_as):
    head = "流水号,关联订单号,业务类型,收入(元),支出(元),入账时间"
    (line,) = read_bill(sheet(f"{row},2026-11-05", head=head)).lines
    assert (line.kind, line.amount_fen, line.fee_fen) == read_as


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",E2,7,收款,1.00,0,2026-11-05", "number of the line"),
        ("B2,,7,收款,1.00,0,2026-11-05", "order number"),
        ("B2,E2,7,收款,1.005,0,2026-11-05", "1.005"),
        ("B2,E2,7,收款,1e3,0,2026-11-05", "1e3"),
        ("B2,E2,7,收款,1.00,0,2026-02-30", "2026-02-30"),
        ("B2,E2,7,神秘,1.00,0,2026-11-05", "神秘"),
        ("B1,E2,7,收款,1.00,0,2026-11-05", "line 2"),
        ("B2,4.1E+18,7,收款,1.00,0,2026-11-05", "rounded"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_leaves_the_others_alone(row, said):
    with translation.override("en"):
        read = read_bill(sheet(GOOD, row))
    assert len(read.lines) == 1
    (bad,) = read.bad
    assert bad.line == 3
    assert said in " ".join(bad.sentences)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (sheet(GOOD, head=HEAD.replace("订单号,子", "别的,子")), "import.column"),
        (sheet(GOOD, head=HEAD.replace("手续费", "金额")), "import.column"),
        (sheet(), "bill.empty"),
        (b"PK\x03\x04rest", "import.kind"),
        (b"  ", "import.empty"),
    ],
)
def test_what_is_no_bill_is_refused_with_a_sentence(raw, code):
    with pytest.raises(Refused) as refused:
        read_bill(raw)
    assert refused.value.code == code


@pytest.mark.parametrize(("currency", "lines"), [("人民币", 1), ("CNY", 1), ("USD", 0)])
def test_a_line_in_another_currency_is_never_read_as_yuan(currency, lines):
    read = read_bill(sheet(f"{GOOD},{currency}", head=f"{HEAD},币种"))
    assert len(read.lines) == lines
    assert ["USD" in row.sentences[0] for row in read.bad] == [True] * (1 - lines)
