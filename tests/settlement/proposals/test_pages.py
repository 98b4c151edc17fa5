"""The pages of regions and proposals: what is typed wrong comes back, what was saved twice is shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.html import parse_html

from accounts.models import User
from network.models import Region
from settlement.models import RuleDraft
from settlement.proposals.merging import merge_of
from settlement.proposals.proofs import prove
from settlement.proposals.proposal_page import proposal_sheet
from settlement.proposals.region_page import region_sheet
from settlement.proposals.replay_report import rules_sha
from settlement.proposals.values import moved
from tests.settlement.company import Company
from tests.settlement.proposals.conftest import AC, NIGHT, hq_draft, regional, submitted

HTMX = {"HX-Request": "true"}


def field_of(company: Company, region: Region, path: str) -> str:
    places = region_sheet(company.version.rule_set, region).places
    return next(name for name, each in places.items() if each == path)


def save(client: Any, user: User, company: Company, region: Region, **fields: str) -> Any:
    client.force_login(user)
    path = f"/settlement/rules/sets/{company.version.rule_set_id}/regions/{region.pk}/save/"
    return client.post(path, fields, headers=HTMX)


@pytest.mark.parametrize(
    ("typed", "status", "kept"),
    [
        ("104.00", 204, 10_400), ("１０４", 204, 10_400), ("¥1,040.5", 204, 104_050),
        ("1e3", 422, None), ("1_000", 422, None), ("1.005", 422, None), ("NaN", 422, None),
        ("Infinity", 422, None), ("١٢", 422, None), ("", 204, None),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_type_them_or_come_back(
    company: Company, manager: User, zhejiang: Region, client: Any,
    typed: str, status: int, kept: int | None,
) -> None:  # fmt: skip
    field = field_of(company, zhejiang, AC)
    answer = save(client, manager, company, zhejiang, **{field: typed, "revision": "0"})
    assert answer.status_code == status
    draft = RuleDraft.objects.first()
    assert (draft.body[AC]["now"] if draft else None) == kept
    if status == 422:
        assert f'value="{typed}"' in answer.content.decode()


def test_the_second_of_two_editors_reads_the_difference_and_keeps_what_was_typed(
    company: Company, manager: User, second: User, zhejiang: Region, client: Any
) -> None:
    regional(company, zhejiang, manager, NIGHT=2_100)
    regional(company, zhejiang, manager, NIGHT=2_200)
    field = field_of(company, zhejiang, NIGHT)
    answer = save(client, second, company, zhejiang, **{field: "23", "revision": "1"})
    words = answer.content.decode()
    assert answer.status_code == 409
    for told in (
        manager.display_name,
        "21%",
        "22%",
        "23%",
        'value="23"',
        'name="revision" value="2"',
    ):
        assert told in words


def test_an_outlet_reads_the_values_of_its_regions_and_changes_none(
    company: Company, zhejiang: Region, manager: User, client: Any
) -> None:
    regional(company, zhejiang, manager, AC=10_400)
    clerk = User.objects.create(username="o", role="outlet_manager", unit=company.world.suzhou)
    company.world.suzhou.territories.create(region=zhejiang)
    client.force_login(clerk)
    path = f"/settlement/rules/sets/{company.version.rule_set_id}/regions/{zhejiang.pk}/"
    page = client.get(path)
    assert page.status_code == 200
    assert "<input class" not in page.content.decode()
    assert save(client, clerk, company, zhejiang, revision="0").status_code == 403


def test_markup_in_names_stays_text(
    company: Company, client: Any, zhejiang: Region, manager: User
) -> None:
    zhejiang.name = "{{7*7}}<script>alert(1)</script>"
    zhejiang.save()
    draft = regional(company, zhejiang, manager, AC=10_400)
    client.force_login(manager)
    words = client.get(f"/settlement/rules/proposals/{draft.pk}/").content.decode()
    assert "<script>alert" not in words
    assert "{{7*7}}" in words


def test_the_proposal_shows_conflicts_and_the_look_up_answers(
    company: Company, second: User, client: Any
) -> None:
    draft = submitted(hq_draft(company, {NIGHT: 2_100}), company.finance)
    client.force_login(second)
    words = client.get(f"/settlement/rules/proposals/{draft.pk}/").content.decode()
    assert 'name="effective_from"' in words
    assert f'name="seen" value="{rules_sha(merge_of(draft).body)}"' in words
    asked = "/settlement/rules/proposals/?on=2026-11-03&known=2026-11-03T"
    for moment, is_known in (("13:59", False), ("14:01", True)):
        assert ("2025.1" in client.get(asked + moment).content.decode()) is is_known
    for day in ("2026-02-30", "0001-01-01", "9999-12-31", "2026-11-03&known=0001-01-01T00:00"):
        assert client.get(f"/settlement/rules/proposals/?on={day}").status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", ""])
def test_a_first_day_nobody_means_comes_back_with_the_form(
    company: Company, second: User, client: Any, day: str
) -> None:
    draft = submitted(hq_draft(company, {NIGHT: 2_100}), company.finance)
    client.force_login(second)
    fields = {"number": "9", "reason": "x", "effective_from": day, "revision": draft.revision}
    path = f"/settlement/rules/proposals/{draft.pk}/publish/"
    answer = client.post(path, fields, headers=HTMX)
    assert answer.status_code == 422
    assert 'id="id_effective_from-error"' in answer.content.decode()


def test_an_approval_without_a_tick_at_every_gap_comes_back_and_the_version_shows_who_ticked(
    company: Company, second: User, client: Any
) -> None:
    draft = submitted(hq_draft(company, {NIGHT: 2_100}), company.finance)
    (gap,) = prove(merge_of(draft).body, draft.rule_set).uncovered
    client.force_login(second)
    page = client.get(f"/settlement/rules/proposals/{draft.pk}/").content.decode()
    assert page.count(f'name="uncovered" value="{gap.fingerprint}"') == 1
    fields = {
        "number": "9", "reason": "夜间加价", "effective_from": "2026-12-01",
        "revision": draft.revision, "seen": rules_sha(merge_of(draft).body),
    }  # fmt: skip
    path = f"/settlement/rules/proposals/{draft.pk}/publish/"
    for ticked in ([], ["others"]):
        answer = client.post(path, fields | {"uncovered": ticked}, headers=HTMX)
        assert answer.status_code == 422
        words = answer.content.decode()
        assert 'id="id_uncovered-error"' in words
        assert ("id", "decide") in parse_html(words).attributes  # one root
        table = words[words.index('id="findings" hx-swap-oob="true"') :]
        assert f'value="{gap.fingerprint}" form="publish-form">' in table
        assert "夜间加价" in words
    answer = client.post(path, fields | {"uncovered": [gap.fingerprint]}, headers=HTMX)
    assert answer.status_code == 204
    draft.refresh_from_db()
    words = client.get(f"/settlement/rules/{draft.published_id}/").content.decode()
    section = words[words.index('aria-labelledby="x-uncovered"') :].split("</section>")[0]
    assert second.display_name in section


@pytest.mark.parametrize(
    ("path", "was", "now", "words"),
    [
        ("/grids/price/fen/A", 10_000, 10_800, "▲ +¥8.00 · +8.0%"),
        ("/grids/price/fen/A", 10_000, 7_500, "▼ −¥25.00 · −25.0%"),
        ("/grids/price/fen/A", 0, 500, "▲ +¥5.00"),
        ("/components/NIGHT/rate_bp", 2_000, 1_500, "▼ 5.0 个点"),
        ("/components/DIST/most", 10, 12, ""),
        ("/components/BASE/label", "基础价", "底价", ""),
        ("/grids/price/fen/A", None, 500, ""),
    ],
)
def test_a_change_says_by_how_much(path: str, was: Any, now: Any, words: str) -> None:
    assert moved(path, was, now) == words


def test_what_a_region_inherits_counts_as_its_value_before_it_sets_its_own(
    company: Company, zhejiang: Region, manager: User, client: Any
) -> None:
    regional(company, zhejiang, manager, AC=10_400)
    draft = RuleDraft.objects.get(region=zhejiang)
    (row,) = proposal_sheet(draft).changes
    assert (row.region, row.was_inherited, row.now_inherited) == (zhejiang.name, True, False)
    assert (row.was, row.now, row.moved) == ("¥100.00", "¥104.00", "▲ +¥4.00 · +4.0%")


def test_single_values_of_components_stand_together_named_with_their_component(
    company: Company, zhejiang: Region
) -> None:
    groups = region_sheet(company.version.rule_set, zhejiang).groups
    *tables, singles = groups
    assert all(len(group.rows) > 1 for group in tables)
    named = {row.path: row.name for row in singles.rows}
    assert named[NIGHT] == "夜间 · 比例"
