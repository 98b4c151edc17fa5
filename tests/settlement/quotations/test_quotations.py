"""A quotation: what the customer pays line by line, kept for good, and what it should leave."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from accounts.roles import Role
from catalog.models import RegionalOverride
from common import clock
from common.errors import Refused
from common.machine.system_packages import missing_pdf_packages
from settlement.models import Quotation
from settlement.quotations.asking import Asked, AskedCharge, AskedMaterial
from settlement.quotations.costing import expected_cost
from settlement.quotations.document import quotation_pdf
from settlement.quotations.making import make_quotation
from settlement.quotations.pricing import price, vat_within
from settlement.quotations.words import line_words
from tests.factories import UnitFactory, UserFactory
from workorders.charges import first_tariff

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 5)
AFTERNOON = datetime(2026, 11, 5, 14, 0, tzinfo=clock.CHINA)


def asked(company, **changes) -> Asked:
    """Two devices in Hangzhou, on a Thursday afternoon."""
    world = company.world
    plain = {
        "item_version": world.item.current, "region": world.hangzhou, "planned_on": DAY,
        "valid_until": date(2026, 11, 20), "vat_bp": 600, "quantity": 2, "starts_at": AFTERNOON,
        "distance_m": 10_000, "floor": 1, "grade": company.installer.grade,
        "customer_name": "王女士",
    }  # fmt: skip
    return Asked(**(plain | changes))


@pytest.mark.parametrize(
    ("total_fen", "vat_bp", "vat_fen"),
    [(10_600, 600, 600), (10_000, 600, 566), (10_000, 1300, 1150), (1, 600, 0), (10_000, 0, 0)],
)
def test_the_tax_is_what_the_total_contains(total_fen, vat_bp, vat_fen):
    assert vat_within(total_fen, vat_bp) == vat_fen


def test_the_service_costs_what_the_price_list_of_the_place_says(company):
    world = company.world
    core_fen = world.item.current.list_price_fen
    assert price(asked(company)).lines[0].amount_fen == 2 * core_fen
    RegionalOverride.objects.create(item=world.item, region=world.hangzhou, list_price_fen=33_333)
    (line,) = price(asked(company, planned_on=date(2026, 11, 6))).lines
    assert line.amount_fen == 66_666
    assert world.hangzhou.name in line_words(line)


@pytest.mark.parametrize(
    ("code", "count", "amount_fen", "charged_fen", "limited"),
    [
        ("floor", 4, None, 4_000, False),  # ¥10 a floor
        ("floor", 15, None, 10_000, True),  # at most ¥100
        ("parts", 1, 12_345, 12_345, False),  # an amount agreed on
        ("parts", 1, 99_999, 30_000, True),
    ],
)
def test_an_extra_charge_follows_its_tariff_up_to_its_cap(
    company, code, count, amount_fen, charged_fen, limited
):
    charge = AskedCharge(first_tariff(code), count, amount_fen)
    line = price(asked(company, charges=(charge,))).lines[1]
    assert line.amount_fen == charged_fen
    with translation.override("en"):
        assert ("limited to" in line_words(line)) is limited


def test_a_kept_offer_adds_up_and_never_changes(company):
    pipe = company.world.pipe
    charges = (AskedCharge(first_tariff("floor"), 4),)
    job = asked(company, charges=charges, materials=(AskedMaterial(pipe, 1500),))
    kept = make_quotation(asked=job, actor=company.world.dispatcher)
    lines = list(kept.lines.all())
    assert kept.total_fen == sum(line.amount_fen for line in lines)
    assert [line.code for line in lines] == ["service", "floor", "material"]
    assert kept.version == company.version
    assert kept.facts["paid_fen"] == kept.total_fen
    assert kept.installer_fen == sum(line["amount_fen"] for line in kept.cost_lines)
    with pytest.raises(DatabaseError), transaction.atomic():
        Quotation.objects.filter(pk=kept.pk).update(total_fen=1)


def test_the_expected_cost_is_what_the_rules_split(company):
    job = asked(company)
    priced = price(job)
    cost = expected_cost(job, priced, actor=company.world.admin)
    assert cost is not None
    assert cost.facts.distance_m == 10_000
    assert cost.installer_fen > 0
    assert cost.margin_fen == priced.total_fen - (
        cost.installer_fen + cost.channel_fen + cost.tax_fen
    )
    unknown = expected_cost(asked(company, grade=None), priced, actor=company.world.admin)
    assert unknown is not None
    assert "grade" in unknown.unknown


def test_nobody_quotes_for_a_region_that_is_not_theirs(company):
    stranger = UserFactory(role=Role.OUTLET_MANAGER, unit=UnitFactory(code="FAR", name="远方"))
    with pytest.raises(Refused):
        make_quotation(asked=asked(company), actor=stranger)
    assert not Quotation.objects.exists()


def typed(company, **changes):
    """What the page posts."""
    world = company.world
    plain = {
        "item": world.item.pk, "region": world.hangzhou.pk, "quantity": 2, "planned_on": "2026-11-05",
        "starts_at": "14:00", "site_kind": "urban", "distance": 10, "floor": 3,
        "grade": company.installer.grade.pk, "customer_name": "王女士", "valid_until": "2026-11-20",
        "vat": 600, "_idempotency_key": "q1",
    }  # fmt: skip
    return plain | changes


def test_a_quotation_is_made_once_and_its_cost_shown_to_the_boss_alone(company, client):
    client.force_login(company.world.dispatcher)
    post = typed(company)
    first = client.post(reverse("settlement:quotation-new"), post)
    again = client.post(reverse("settlement:quotation-new"), post)
    assert first.status_code == 302
    where = first["Location"]
    assert again["Location"] == where
    kept = Quotation.objects.get()
    assert "quotation-cost" not in client.get(where).content.decode()
    client.force_login(company.world.admin)
    assert "quotation-cost" in client.get(where).content.decode()
    assert kept.number in client.get(reverse("settlement:quotation-list")).content.decode()


def test_the_price_follows_what_is_typed_and_keeps_nothing(company, client):
    client.force_login(company.world.admin)
    shown = client.post(reverse("settlement:quotation-price"), typed(company, customer_name=""))
    assert "quotation-cost" in shown.content.decode()
    wrong = client.post(reverse("settlement:quotation-price"), typed(company, quantity="0"))
    assert wrong.status_code == 200
    assert "x-wrong" in wrong.content.decode()
    assert not Quotation.objects.exists()


def test_what_was_typed_wrong_is_kept_on_the_page(company, client):
    client.force_login(company.world.dispatcher)
    bad = typed(company, valid_until="2026-01-01", remark="三楼无电梯")
    answer = client.post(reverse("settlement:quotation-new"), bad)
    assert answer.status_code == 422
    assert "三楼无电梯" in answer.content.decode()


@pytest.mark.skipif(bool(missing_pdf_packages()), reason="system libraries for PDF are missing")
def test_the_paper_says_the_price_in_capitals_and_nothing_of_the_cost(company):
    kept = make_quotation(asked=asked(company), actor=company.world.dispatcher)
    reader = PdfReader(BytesIO(quotation_pdf(kept)))
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "")
    for words in (kept.number, "人民币", "王女士"):
        assert words in text
    assert reader.pages[0].mediabox.height > reader.pages[0].mediabox.width
