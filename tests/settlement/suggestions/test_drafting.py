"""One click puts what a suggestion says of installers' pay into the city's rule draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.roles import Role
from common import clock
from common.errors import Conflict, Refused
from common.formatting import money
from settlement.models import RuleDraft, Settlement, SettlementLine
from settlement.proposals.region_drafts import save_region_values
from settlement.services.publishing import publish_rules
from settlement.suggestions.drafting import draft_pay
from settlement.suggestions.raises import PayStanding
from settlement.suggestions.reckoning import LEAST_ORDERS, Suggestion
from settlement.suggestions.selectors import SuggestionShown
from tests.factories import UnitFactory, UserFactory
from tests.settlement.company import INDUSTRY, preset, settled
from tests.settlement.suggestions.test_reckoning import came_on

pytestmark = pytest.mark.django_db
PRICE = "/grids/price/fen/HA-AC-15"


def suggested(company, *, code="HA-AC-15", unpaid_fen=800, **more) -> SuggestionShown:
    """Installers got ¥100 here; second visits nobody paid for cost ¥8 an order."""
    item, city = company.world.item, company.world.hangzhou
    item.code, item.industry = code, company.version.rule_set.industry
    item.save()
    reckoned = Suggestion(
        item_id=item.pk, city_id=city.pk, orders=12, low_fen=25_000, price_fen=26_000,
        high_fen=27_000, installer_fen=10_000, second_visits_bp=800, changed_bp=0, parts_bp=10_000,
        unpaid_fen=unpaid_fen, changed_fen=0, return_fen=0, parts_fen=0, outside_bp=2_000, target_bp=3_000, suggested_fen=28_000,
    )  # fmt: skip
    reckoned = replace(reckoned, **more)
    return SuggestionShown(item, city, reckoned)


def test_the_draft_raises_the_citys_price_by_what_was_not_paid_and_says_why(company):
    draft = draft_pay(row=suggested(company), actor=company.finance)
    assert draft.region == company.world.hangzhou
    assert draft.state == RuleDraft.State.EDITING
    assert draft.body == {PRICE: {"was": 10_000, "now": 10_800}}
    assert "12" in draft.note
    assert "¥8.00" in draft.note
    # The same again changes nothing.
    again = draft_pay(row=suggested(company), actor=company.finance)
    assert (again.pk, again.body, again.note) == (draft.pk, draft.body, draft.note)


@pytest.mark.parametrize(
    ("row", "raised", "said"),
    [
        ({"unpaid_fen": 0, "changed_fen": 300, "changed_bp": 2_500}, 10_300, ["¥3.00", "25%"]),
        ({"unpaid_fen": 0, "borne_fen": 400, "parts_bp": 15_000}, 10_400, ["¥4.00", "150%"]),
        ({"changed_fen": 300, "borne_fen": 400}, 11_500, ["¥8.00", "¥3.00", "¥4.00"]),
        # What the company supplied raises the price and not the pay.
        ({"parts_fen": 5_000}, 10_800, ["¥8.00"]),
    ],
)
def test_changed_appointments_and_parts_installers_bore_raise_their_pay_with_the_reason(
    company, row, raised, said
):
    with translation.override("en"):
        draft = draft_pay(row=suggested(company, **row), actor=company.finance)
    assert draft.body == {PRICE: {"was": 10_000, "now": raised}}
    for text in said:
        assert text in draft.note
    assert ("second visits" in draft.note) == ("¥8.00" in said)


def test_what_somebody_put_into_the_draft_is_neither_lost_nor_overwritten(company):
    save = {"rule_set_id": company.version.rule_set_id, "region": company.world.hangzhou}
    other = "/grids/price/fen/HA-TV"
    save_region_values(**save, revision=0, values={other: 5_500}, actor=company.finance)
    draft = draft_pay(row=suggested(company), actor=company.finance)
    assert set(draft.body) == {other, PRICE}
    save_region_values(
        **save, revision=draft.revision, values={PRICE: 12_000}, actor=company.finance
    )
    with pytest.raises(Conflict) as refused:
        draft_pay(row=suggested(company), actor=company.finance)
    page = reverse("settlement:region-values", args=[draft.rule_set_id, draft.region_id])
    assert refused.value.see.url == page
    draft.refresh_from_db()
    assert draft.body[PRICE]["now"] == 12_000


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"unpaid_fen": 0}, "suggestion.paid"),
        ({"unpaid_fen": 20}, "suggestion.small"),
        # Its category has a price, but that one is of other items, too.
        ({"code": "T-AC"}, "suggestion.no_row"),
    ],
)
def test_where_no_rule_is_to_be_changed_none_is_drafted(company, row, code):
    with pytest.raises(Refused) as refused:
        draft_pay(row=suggested(company, **row), actor=company.finance)
    assert refused.value.code == code
    assert not RuleDraft.objects.exists()


def test_a_raise_that_rounds_to_nothing_is_refused_and_an_open_draft_stays_as_it_was(company):
    draft = draft_pay(row=suggested(company), actor=company.finance)
    save = {"rule_set_id": draft.rule_set_id, "region": draft.region, "actor": company.finance}
    save_region_values(
        **save, revision=draft.revision, values={"/grids/price/fen/HA-TV": 5_500, PRICE: None}
    )
    draft.refresh_from_db()
    before = (draft.body, draft.note, draft.revision)
    with pytest.raises(Refused) as refused:
        draft_pay(row=suggested(company, unpaid_fen=20), actor=company.finance)
    assert refused.value.code == "suggestion.small"
    draft.refresh_from_db()
    assert (draft.body, draft.note, draft.revision) == before


def test_rounding_to_the_whole_yuan_never_lowers_what_installers_get(company):
    body = preset(version="2026.9")
    body["grids"]["price"]["fen"]["HA-AC-15"] = 10_040
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    with pytest.raises(Refused) as refused:
        draft_pay(row=suggested(company, unpaid_fen=1), actor=company.finance)
    assert refused.value.code == "suggestion.raised"
    assert not RuleDraft.objects.exists()


def dearer(company, fen, *, day, number):
    """The contract with another price of the item, published on a day and counting from it on."""
    start = date.fromisoformat(day)
    with clock.moved_to(datetime(start.year, start.month, start.day, 3, tzinfo=UTC)):
        body = preset(version=number, effective_from=day)
        body["grids"]["price"]["fen"]["HA-AC-15"] = fen
        return publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None).version


def test_orders_under_a_raised_price_are_no_reason_for_the_next_raise(company):
    dearer(company, 10_000, day="2026-06-01", number="2026.6")
    dearer(company, 10_800, day="2026-09-01", number="2026.9")
    # Under ¥108.00 second visits cost ¥8.64 an order: the same eight percent once more.
    row = suggested(company)
    row = replace(row, reckoned=replace(row.reckoned, installer_fen=10_800, unpaid_fen=864))
    with translation.override("en"), pytest.raises(Refused) as refused:
        draft_pay(row=row, actor=company.finance)
    assert refused.value.code == "suggestion.raised"
    for text in ("¥100.00", "¥108.00", "2026.9", "2026-09-01"):
        assert text in refused.value.sentence
    assert not RuleDraft.objects.exists()
    # A higher share of unpaid visits is: what ¥100.00 would be raised to.
    draft = draft_pay(
        row=replace(row, reckoned=replace(row.reckoned, unpaid_fen=1_620)), actor=company.finance
    )
    assert draft.body == {PRICE: {"was": 10_800, "now": 11_500}}
    assert "2026.9" in draft.note


def test_raises_of_a_period_end_at_a_fifth_together_and_begin_anew_after_it(company):
    dearer(company, 10_000, day="2026-06-01", number="2026.6")
    dearer(company, 11_600, day="2026-09-01", number="2026.9")
    row = suggested(company, unpaid_fen=5_000)
    draft = draft_pay(row=row, actor=company.finance)
    assert draft.body[PRICE]["now"] == 12_000
    draft.delete()
    dearer(company, 12_000, day="2026-10-01", number="2026.10")
    with translation.override("en"), pytest.raises(Refused) as refused:
        draft_pay(row=row, actor=company.finance)
    assert refused.value.code == "suggestion.capped"
    for text in ("¥100.00", "¥120.00", "2026.10", "20%", "90"):
        assert text in refused.value.sentence
    later = datetime(2027, 3, 1, 6, tzinfo=UTC)
    with clock.moved_to(later):
        assert draft_pay(row=row, actor=company.finance).body[PRICE]["now"] == 14_400


def test_a_raise_that_is_published_and_does_not_count_yet_is_a_raise(company):
    dearer(company, 10_000, day="2026-06-01", number="2026.6")
    body = preset(version="2026.12", effective_from="2026-12-01")
    body["grids"]["price"]["fen"]["HA-AC-15"] = 12_000
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    with pytest.raises(Refused) as refused:
        draft_pay(row=suggested(company, unpaid_fen=5_000), actor=company.finance)
    assert refused.value.code == "suggestion.capped"


def test_a_raise_dated_back_before_the_period_is_one_within_it(company):
    dearer(company, 10_000, day="2026-06-01", number="2026.6")
    body = preset(version="2026.7", effective_from="2026-07-01")
    body["grids"]["price"]["fen"]["HA-AC-15"] = 12_000
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    with pytest.raises(Refused) as refused:
        draft_pay(row=suggested(company, unpaid_fen=5_000), actor=company.finance)
    assert refused.value.code == "suggestion.capped"


def test_a_price_that_was_lowered_is_raised_from_what_is_left(company):
    dearer(company, 12_000, day="2026-06-01", number="2026.6")
    dearer(company, 10_000, day="2026-09-01", number="2026.9")
    draft = draft_pay(row=suggested(company), actor=company.finance)
    assert draft.body == {PRICE: {"was": 10_000, "now": 10_800}}


def test_each_column_of_a_price_list_has_its_own_cap():
    standing = PayStanding("/p", [10_000, 20_000], [11_900, 20_000])
    assert standing.raised(12, 10) == [12_000, 24_000]
    assert standing.raised(11, 10) == [11_900, 22_000]
    assert (standing.is_capped(12, 10), standing.is_capped(13, 10)) == (False, True)
    assert standing.change == (10_000, 11_900)


@pytest.mark.parametrize(("before", "after"), [([10_000], 9_000), (10_000, [9_000])])
def test_a_price_list_that_got_or_lost_its_columns_begins_anew(company, before, after):
    dearer(company, before, day="2026-06-01", number="2026.6")
    dearer(company, after, day="2026-09-01", number="2026.9")
    draft = draft_pay(row=suggested(company), actor=company.finance)
    raised = [9_700] if isinstance(after, list) else 9_700
    assert draft.body == {PRICE: {"was": after, "now": raised}}


def test_what_an_earlier_version_paid_is_no_reason_to_raise_a_later_one(company, client):
    item = company.world.item
    item.code = "HA-AC-15"
    item.save()
    for n in range(LEAST_ORDERS):
        came_on(settled(company, f"E2026110200{n:02}"), 2, 26)
    body = preset(version="2026.9")
    later = publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None).version
    client.force_login(company.finance)
    address = reverse("settlement:suggestion-draft", args=[item.pk, company.world.hangzhou.pk])
    answer = client.post(address, {"_idempotency_key": "s1"})
    assert answer.status_code == 422
    assert later.number in answer.content.decode()
    assert not RuleDraft.objects.exists()
    for n in range(LEAST_ORDERS):
        came_on(settled(company, f"E2026110300{n:02}"), 2, 26)
    assert client.post(address, {"_idempotency_key": "s2"}).status_code == 302
    # Of all orders, those of the version before it are not counted.
    assert f" {LEAST_ORDERS} " in RuleDraft.objects.get().note


def test_nobody_drafts_for_a_city_of_others(company):
    stranger = UserFactory(role=Role.REGION_MANAGER, unit=UnitFactory(code="FAR", name="远方"))
    with pytest.raises(Refused) as refused:
        draft_pay(row=suggested(company), actor=stranger)
    assert refused.value.code == "draft.region"


def test_the_page_leads_a_city_with_unpaid_visits_into_its_draft(company, client):
    item = company.world.item
    item.code = "HA-AC-15"
    item.save()
    for n in range(LEAST_ORDERS):
        slip = settled(company, f"E2026110200{n:02}")
        came_on(slip, 2, 26)
    client.force_login(company.finance)
    page = client.get(reverse("settlement:suggestion-list"))
    (row,) = page.context["shown"].rows
    assert row.reckoned.unpaid_fen == row.reckoned.installer_fen
    address = reverse("settlement:suggestion-draft", args=[item.pk, row.city.pk])
    assert address in page.content.decode()
    answer = client.post(address, {"_idempotency_key": "s1"}, follow=True)
    draft = RuleDraft.objects.get()
    assert draft.body == {PRICE: {"was": 10_000, "now": 12_000}}
    assert "20%" in draft.note
    assert answer.redirect_chain[0][0] == reverse(
        "settlement:region-values", args=[draft.rule_set_id, row.city.pk]
    )
    assert page.context["rows"][0].raised is None
    dearer(company, 10_800, day="2026-11-03", number="2026.11")
    raised = client.get(reverse("settlement:suggestion-list"))
    assert raised.context["rows"][0].raised.change == (10_000, 10_800)
    assert "2026.11" in raised.content.decode()


def test_the_page_leads_changed_appointments_into_the_draft_of_the_city(company, client):
    item = company.world.item
    item.code = "HA-AC-15"
    item.save()
    for n in range(LEAST_ORDERS):
        slip = settled(company, f"E2026110200{n:02}")
        came_on(slip, 2)
        facts = slip.facts | {"reschedule_count": 1}
        Settlement.objects.filter(pk=slip.pk).update(facts=facts)
    # Elsewhere rules pay ¥20.00 for coming again.
    SettlementLine.objects.create(
        settlement=slip, seq=99, code="RETURN", rule="RETURN", party_role="installer",
        base_fen=2_000, rate_num=1, rate_den=1, amount_fen=2_000,
        because={"how": "per_unit", "fact": "reschedule_count", "per": 1},
    )  # fmt: skip
    client.force_login(company.finance)
    (row,) = client.get(reverse("settlement:suggestion-list")).context["shown"].rows
    known = row.reckoned
    assert (known.unpaid_fen, known.return_fen) == (0, 2_000)
    assert known.changed_fen == known.owed_fen == 2_000 * (LEAST_ORDERS - 1) // LEAST_ORDERS
    address = reverse("settlement:suggestion-draft", args=[item.pk, row.city.pk])
    client.post(address, {"_idempotency_key": "s1"}, follow=True)
    draft = RuleDraft.objects.get()
    assert draft.body[PRICE]["now"] > 10_000
    assert money(known.changed_fen) in draft.note


def test_a_service_and_city_without_a_suggestion_are_not_found(company, client):
    client.force_login(company.finance)
    place = [company.world.item.pk, company.world.hangzhou.pk]
    address = reverse("settlement:suggestion-draft", args=place)
    assert client.post(address, {"_idempotency_key": "s1"}).status_code == 404
