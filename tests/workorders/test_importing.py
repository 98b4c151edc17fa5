"""Order files: any usual encoding, shown before anything is written, each file once."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common.outbox import drain
from workorders.csv_reading import COLUMNS, read_table
from workorders.models import OrderImport, ShopOrder, WorkOrder

HEADER = "订单号,客户姓名,手机号,省,市,区县,详细地址,服务项目,数量,实付金额,下单日期,销售单位"
GOOD = "A1,赵敏,13900139000,浙江省,杭州市,西湖区,文二路1号,T-AC,2,560.00,2026-11-01,CD01"


def text(*rows, header=HEADER):
    return "\r\n".join((header, *rows, ""))


@pytest.fixture
def desk(client, world):
    client.force_login(world.admin)
    return client


def upload(client, raw, name="orders.csv"):
    raw = raw if isinstance(raw, bytes) else raw.encode()
    return client.post("/orders/import/", {"file": SimpleUploadedFile(name, raw)})


def preview(answer):
    return answer.context["preview"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(desk, encoding):
    checked = preview(upload(desk, text(GOOD).encode(encoding))).checked
    assert [row.customer for row in checked.good] == ["赵敏"]
    assert (checked.good[0].paid_fen, checked.good[0].division_code) == (56_000, "330106")


@pytest.mark.parametrize(("currency", "good"), [("CNY", 1), ("人民币", 1), ("", 1), ("HKD", 0)])
def test_an_amount_in_another_currency_is_never_read_as_yuan(desk, currency, good):
    checked = preview(upload(desk, text(f"{GOOD},{currency}", header=f"{HEADER},币种"))).checked
    assert len(checked.good) == good
    assert [("HKD" in "".join(row.sentences)) for row in checked.bad] == [True] * (1 - good)


def test_a_file_without_a_needed_column_is_refused_inside_the_desk(desk):
    answer = upload(desk, "a,b\n1,2\n")
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "订单号" in said
    assert 'class="x-nav"' in said
    assert "data-return" in said


def test_nothing_is_written_before_it_is_confirmed_and_a_file_is_taken_in_once(desk):
    shown = preview(upload(desk, text(GOOD, GOOD.replace("A1", "A2"))))
    assert not ShopOrder.objects.exists()
    confirm = f"/orders/import/{shown.token}/confirm/"
    assert desk.post(confirm).status_code == 302
    assert desk.post(confirm).status_code == 409
    while drain(queues=["bulk"]):
        pass
    made = OrderImport.objects.get()
    assert (made.state, made.opened, made.known) == ("finished", 2, 0)
    assert WorkOrder.objects.count() == 2
    assert preview(upload(desk, text(GOOD, GOOD.replace("A1", "A2")))).imported == made
    assert desk.get(f"/orders/import/{made.pk}/").status_code == 200
    poll = desk.get(f"/orders/import/{made.pk}/", headers={"HX-Request": "true"})
    assert poll.status_code == 286


def test_an_order_of_an_earlier_file_is_known_and_opens_no_second_work_order(desk):
    for rows in ((GOOD,), (GOOD, GOOD.replace("A1", "A2"))):
        shown = preview(upload(desk, text(*rows)))
        desk.post(f"/orders/import/{shown.token}/confirm/")
        while drain(queues=["bulk"]):
            pass
    last = OrderImport.objects.latest("pk")
    assert (last.opened, last.known) == (1, 1)
    assert WorkOrder.objects.count() == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("13900139000", "1.39E+10"),
        ("13900139000", "110"),
        ("A1,", "1.2E+17,"),
        ("A1,", ","),
        ("赵敏", ""),
        ("文二路1号", ""),
        ("T-AC", "T-NOPE"),
        (",2,", ",0,"),
        (",2,", ",1_0,"),
        ("560.00", "1.005"),
        ("560.00", "1e3"),
        ("560.00", "-5"),
        ("2026-11-01", "2026/2/30"),
        ("2026-11-01", "9999-01-01"),
        ("2026-11-01", "gestern"),
        ("CD01", "NOWHERE"),
    ],
)
def test_a_row_that_makes_no_sense_is_told_and_never_guessed(desk, old, new):
    checked = preview(upload(desk, text(GOOD.replace(old, new)))).checked
    assert (len(checked.good), len(checked.bad)) == (0, 1)
    assert checked.bad[0].sentences
    assert checked.bad[0].line == 2


@pytest.mark.parametrize(
    ("typed", "day"),
    [("2026年2月3日", "2026-02-03"), ("46000", "2025-12-09"), ("2026/2/3 10:00", "2026-02-03")],
)
def test_dates_are_read_as_spreadsheets_write_them(desk, typed, day):
    checked = preview(upload(desk, text(GOOD.replace("2026-11-01", typed)))).checked
    assert checked.good[0].placed_on == day


def test_blank_rows_and_totals_are_left_out_and_counted(desk):
    checked = preview(upload(desk, text(GOOD, ",,,,,,,,,,,", "合计,,,,,,,,,560.00,,"))).checked
    assert (len(checked.good), checked.skipped) == (1, [3, 4])


def test_a_number_that_stands_twice_is_an_error_of_the_later_row(desk):
    checked = preview(upload(desk, text(GOOD, GOOD))).checked
    assert [error.line for error in checked.bad] == [3]


def test_the_good_rows_may_go_without_the_bad_and_the_bad_come_back_as_a_file(desk):
    shown = preview(upload(desk, text(GOOD, GOOD.replace("A1", "A2").replace("T-AC", "=1+1"))))
    errors = desk.get(f"/orders/import/{shown.token}/errors.csv").content.decode("utf-8-sig")
    assert "A2" in errors
    assert "'=1+1" in errors
    assert desk.post(f"/orders/import/{shown.token}/confirm/").status_code == 302
    drain(queues=["bulk"])
    assert OrderImport.objects.get().opened == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"PK\x03\x04rest",
        b"MZ\x90\x00",
        b"\xff\xfe\x00",
        text(header=HEADER.replace("手机号", "号码")).encode(),
        text(GOOD, header=HEADER + ",手机号").encode(),
        text().encode(),
        text(*[GOOD] * 5_001).encode(),
        b"\x00" * 100,
    ],
)
def test_a_file_that_is_no_order_file_is_refused_as_a_whole(desk, raw):
    assert upload(desk, raw, "../../x.csv").status_code == 422
    assert not OrderImport.objects.exists()


def test_no_file_and_an_expired_preview_are_told(desk):
    assert desk.post("/orders/import/", {}).status_code == 422
    assert desk.post("/orders/import/nothing/confirm/").status_code == 410


def test_the_sample_file_has_the_columns_that_are_read(desk):
    raw = desk.get("/orders/import/sample.csv").content
    assert len(raw.decode("utf-8-sig").strip().split(",")) == len(COLUMNS)
    assert read_table(raw.strip() + b"\r\n" + b"x," * 13 + b"x").rows


def test_a_preview_belongs_to_the_person_who_made_it(client, world):
    client.force_login(world.admin)
    token = preview(upload(client, text(GOOD))).token
    client.force_login(world.seller)
    assert client.post(f"/orders/import/{token}/confirm/").status_code == 410
