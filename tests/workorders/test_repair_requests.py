"""Stickers and repair requests: who scans what, what a request becomes, and who is stopped."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from pypdf import PdfReader

from common.errors import Gone
from common.machine.system_packages import missing_pdf_packages
from tests.workorders.cameras import huge_png
from tests.workorders.walking import arrive, complete
from tests.workorders.world import open_order, photo, shop_order
from workorders.models import RequestPhoto, ShopOrder, WorkOrder
from workorders.services.request_door import set_request_door
from workorders.services.requests import RepairRequest, request_repair
from workorders.sticker_sheet import PER_SHEET
from workorders.stickers import sticker_token, sticker_url
from workorders.views.public import REQUESTS_PER_PHONE_A_DAY

ASKED = {
    "product": "KFR-35",
    "fault": "漏水",
    "name": "李雷",
    "phone": "139 1111 2222",
    "address": "浙江省杭州市西湖区文三路 8 号",
    "website": "",
}


def ask(client: Any, token: str = "", **changes: Any) -> Any:
    name = "repair-about" if token else "repair"
    address = reverse(f"workorders-public:{name}", args=[token] if token else [])
    return client.post(address, {**ASKED, **changes})


def test_a_request_for_a_known_service_opens_a_work_order_of_its_own_channel(world, client):
    answer = ask(client, item=world.repair.pk, photos=[photo(1), photo(2)])
    assert answer.status_code == 302
    order = WorkOrder.objects.get()
    bought = order.line.order
    assert (bought.platform, order.item_version.item, order.paid_fen) == ("repair", world.repair, 0)
    assert bought.buyer_message == "漏水"
    assert order.address.division_code.startswith("3301")
    assert bought.number in client.get(answer["Location"]).content.decode()
    client.force_login(world.admin)
    page = client.get(reverse("workorders:order-detail", args=[order.number])).content.decode()
    assert "客户报修" in page
    assert page.count("/orders/request-photos/") >= 2
    kept = RequestPhoto.objects.earliest("pk")
    shown = client.get(reverse("workorders:request-photo", args=[kept.pk]))
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    client.force_login(world.other_installer.user)
    assert client.get(reverse("workorders:request-photo", args=[kept.pk])).status_code == 404


def test_a_request_for_something_else_waits_for_the_office(world, client):
    assert ask(client, product="").status_code == 302
    line = ShopOrder.objects.get().lines.get()
    assert (line.state, line.title) == ("unmapped", "漏水")
    client.force_login(world.admin)
    assert "漏水" in client.get(reverse("workorders:unmapped-list")).content.decode()


def test_what_is_wrong_is_said_beside_what_was_typed_and_nothing_is_kept(client, world):
    for changes, words in (
        ({"phone": "12"}, "11 位"),
        ({"fault": ""}, "fault"),
        ({"photos": [photo(n) for n in range(4)]}, "最多三张"),
        ({"photos": [saved_upload(b"<svg/>")]}, "JPEG"),
        ({"photos": [photo(), saved_upload(huge_png())]}, "像素"),
    ):
        answer = ask(client, **changes)
        assert answer.status_code == 422, changes
        page = answer.content.decode()
        assert words in page
        assert "李雷" in page
    assert not ShopOrder.objects.exists()
    assert not RequestPhoto.objects.exists()


def saved_upload(content: bytes) -> Any:
    upload = photo()
    upload.file = io.BytesIO(content)
    upload.size = len(content)
    return upload


def test_a_machine_that_fills_in_the_hidden_entry_is_thanked_and_ignored(client, world):
    assert ask(client, website="http://spam.example").status_code == 302
    assert not ShopOrder.objects.exists()


def test_the_same_request_sent_twice_is_one_and_many_of_one_phone_are_stopped(client, world):
    key = uuid4().hex
    for _time in range(2):
        assert ask(client, _idempotency_key=key).status_code == 302
    assert ShopOrder.objects.count() == 1
    codes = [ask(client, fault=f"漏水 {n}").status_code for n in range(REQUESTS_PER_PHONE_A_DAY)]
    assert codes == [302] * (REQUESTS_PER_PHONE_A_DAY - 1) + [429]


def test_a_sticker_leads_each_to_their_own_page(world, client, other_client):
    order = arrive(open_order(world), world)
    address = reverse("workorders-public:sticker", args=[sticker_token(order)])
    asked = client.get(address)
    assert asked["Location"] == reverse(
        "workorders-public:repair-about", args=[sticker_token(order)]
    )
    page = client.get(asked["Location"]).content.decode()
    assert "王芳" not in page
    assert "文三路" not in page
    assert "13712345678" not in page
    client.force_login(world.installer.user)
    assert client.get(address)["Location"] == reverse("workorders-phone:job", args=[order.number])
    client.force_login(world.dispatcher)
    assert client.get(address)["Location"] == reverse(
        "workorders:order-detail", args=[order.number]
    )
    for user in (world.other_installer.user, world.stranger):
        client.force_login(user)
        assert client.get(address).status_code == 404
    assert other_client.get(address).status_code == 404


def test_an_installer_who_works_there_reads_what_was_done_before(world, client):
    before = complete(open_order(world), world)
    WorkOrder.objects.filter(pk=before.pk).update(installer=world.other_installer)
    arrive(open_order(world, shop_order(number="E2")), world)
    client.force_login(world.installer.user)
    page = client.get(reverse("workorders-public:sticker", args=[sticker_token(before)]))
    assert page.status_code == 200
    assert before.number in page.content.decode()
    assert "13712345678" not in page.content.decode()


def test_a_request_by_a_sticker_names_its_work_order_and_goes_to_who_sold_it(world, client):
    order = complete(open_order(world), world)
    assert ask(client, sticker_token(order), item=world.repair.pk).status_code == 302
    asked = ShopOrder.objects.get(platform="repair")
    assert order.number in asked.seller_memo
    assert asked.sold_by == order.sold_by


@pytest.mark.skipif(bool(missing_pdf_packages()), reason="system libraries for PDF are missing")
def test_a_sheet_has_24_stickers_on_one_page_and_nothing_of_the_customer(world, client):
    order = open_order(world)
    client.force_login(world.dispatcher)
    sent = client.get(reverse("workorders:stickers", args=[order.number]))
    reader = PdfReader(io.BytesIO(sent.content))
    text = "".join(page.extract_text() for page in reader.pages)
    assert len(reader.pages) == 1
    assert text.count(order.number) == PER_SHEET
    assert "王芳" not in text
    assert sticker_url(order).startswith("http://alpha.localhost")


def test_the_company_takes_no_requests_while_the_door_is_closed(world, client):
    sticker = sticker_token(complete(open_order(world), world))
    client.force_login(world.admin)
    setting = reverse("workorders:request-door")
    assert setting in client.get(reverse("accounts:settings")).content.decode()
    assert "checked" in client.get(setting).content.decode()
    assert client.post(setting, {"hint": "请拨打 400-800-1234"}).status_code == 302
    client.logout()
    before = ShopOrder.objects.count()
    for token in ("", sticker):
        answer = ask(client, token, photos=[photo(1)])
        assert answer.status_code == 410
        assert "400-800-1234" in answer.content.decode()
    assert (ShopOrder.objects.count(), RequestPhoto.objects.count()) == (before, 0)
    client.force_login(world.other_installer.user)
    seen = client.get(reverse("workorders-public:sticker", args=[sticker])).content.decode()
    assert reverse("workorders-public:repair-about", args=[sticker]) not in seen
    client.force_login(world.admin)
    assert client.post(setting, {"is_open": "on"}).status_code == 302
    client.logout()
    assert ask(client).status_code == 302


def test_the_closed_door_is_the_services_and_not_only_the_pages(world):
    """Somebody closes it between the page and the post, or another page takes requests one day."""
    set_request_door(is_open=False, hint="请致电总部", actor=world.admin)
    asked = RepairRequest(
        name="李雷", phone="13911112222", address="浙江省杭州市西湖区文三路 8 号",
        product="空调", fault="漏水",
    )  # fmt: skip
    with pytest.raises(Gone, match="请致电总部"):
        request_repair(asked=asked)
    assert not ShopOrder.objects.exists()
