"""From a region's values and headquarters' drafts to one version, with a second pair of eyes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from accounts.models import User
from common.errors import Conflict, Refused
from network.models import Region
from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts
from settlement.engine.regional import hq_part
from settlement.models import RuleDraft, RuleSetVersion, StatementPeriod
from settlement.proposals.approval import (
    Terms,
    publish_draft,
    reject_draft,
    resolve_clash,
    submit_draft,
)
from settlement.proposals.merging import merge_of
from settlement.proposals.proofs import prove
from settlement.proposals.region_drafts import RegionConflict, save_region_values
from settlement.proposals.replay_report import rules_sha
from settlement.proposals.selectors import versions_counting
from settlement.rulebook.drafts import next_body, save_draft
from settlement.rulebook.size import TooLarge
from settlement.services.rules_in_force import compiled, overtaking
from tests.settlement.company import Company
from tests.settlement.proposals.conftest import AC, NIGHT, TV, hq_draft, regional, submitted

TERMS = Terms("2026.1", date(2026, 12, 1), None, "年度调价", "沿海成本高", confirmed=True)


def published(draft: RuleDraft, actor: User, **terms: Any) -> RuleSetVersion:
    body = merge_of(draft).body
    given = {"uncovered": ticks(draft)} | terms
    return publish_draft(
        draft_id=draft.pk, revision=draft.revision, seen=rules_sha(body),
        terms=replace(TERMS, **given), actor=actor,
    )  # fmt: skip


def ticks(draft: RuleDraft) -> frozenset[str]:
    """A tick at each gap the proofs of a draft show."""
    proofs = prove(merge_of(draft).body, draft.rule_set)
    return frozenset(found.fingerprint for found in proofs.uncovered)


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code in codes


def test_a_region_publishes_what_it_may_set_and_orders_there_count_it(
    company: Company, manager: User, second: User, zhejiang: Region
) -> None:
    draft = submitted(regional(company, zhejiang, manager, AC=10_400, NIGHT=2_500), manager)
    version = published(draft, second)
    assert hq_part(version.body) == hq_part(company.version.body) | {
        "version": "2026.1",
        "effective_from": "2026-12-01",
    }
    assert (version.published_by, version.approved_by) == (manager, second)
    facts = JobFacts(service_item="HA-AC-15", city_level="T1", warehouse_direct=False)
    base = {
        path: settle(compiled(version), replace(facts, region_path=path)).lines[0].amount_fen
        for path in (("x",), (zhejiang.code, company.world.hangzhou.code))
    }
    assert list(base.values()) == [12_000, 12_480]


def test_a_city_keeps_its_own_value_when_its_province_changes_another(
    company: Company, manager: User, second: User, zhejiang: Region
) -> None:
    hangzhou = company.world.hangzhou
    published(submitted(regional(company, hangzhou, manager, AC=10_300), manager), second)
    draft = submitted(regional(company, zhejiang, manager, TV=5_100), manager)
    version = published(draft, second, number="2026.2")
    assert version.body["overrides"] == {
        zhejiang.code: {TV: 5_100},
        hangzhou.code: {AC: 10_300, TV: 5_100},
    }


def test_a_version_that_begins_before_a_published_one_says_until_when_it_counts(
    company: Company, manager: User, second: User, zhejiang: Region
) -> None:
    published(submitted(regional(company, zhejiang, manager, AC=10_300), manager), second)
    draft = submitted(regional(company, zhejiang, manager, TV=5_100), manager)
    earlier = {"number": "2026.2", "effective_from": date(2026, 11, 28)}
    with refused("terms.overtaken"):
        published(draft, second, **earlier)
    published(draft, second, effective_to=date(2026, 11, 30), **earlier)
    other = submitted(regional(company, zhejiang, manager, TV=5_200), manager)
    made = published(other, second, overtaken=True, **earlier | {"number": "2026.3"})
    assert overtaking(made.rule_set, made.effective_from)[-1].number == "2026.1"


def test_a_restored_value_inherits_again(
    company: Company, manager: User, second: User, zhejiang: Region
) -> None:
    published(submitted(regional(company, zhejiang, manager, AC=10_300, TV=5_100), manager), second)
    draft = submitted(regional(company, zhejiang, manager, AC=None), manager)
    version = published(draft, second, number="2026.2")
    assert version.body["overrides"] == {zhejiang.code: {TV: 5_100}}


@pytest.mark.parametrize(
    "path", ["/components/HOLIDAY/rate_bp", "/grids/price/fen/NOTHING", "/name"]
)
def test_a_region_cannot_set_what_headquarters_does_not_permit(
    company: Company, manager: User, zhejiang: Region, path: str
) -> None:
    with refused("draft.permitted"):
        save_region_values(
            rule_set_id=company.version.rule_set_id, region=zhejiang, revision=0,
            values={path: 1}, actor=manager,
        )  # fmt: skip
    assert not RuleDraft.objects.exists()


def test_nobody_sets_values_of_another_branchs_region(company: Company, manager: User) -> None:
    sichuan = Region.objects.get(name="成都")
    with refused("draft.region"):
        regional(company, sichuan, manager, AC=1)


def test_of_two_editors_the_second_gets_the_difference_and_nothing_is_lost(
    company: Company, manager: User, second: User, zhejiang: Region
) -> None:
    draft = regional(company, zhejiang, manager, AC=10_300)
    rule_set_id = company.version.rule_set_id

    def late(revision: int, values: dict[str, Any]) -> Any:
        return save_region_values(
            rule_set_id=rule_set_id, region=zhejiang, revision=revision, values=values, actor=second
        )

    regional(company, zhejiang, manager, AC=10_400)
    with pytest.raises(RegionConflict) as caught:
        late(draft.revision, {AC: 10_500})
    (row,) = caught.value.rows
    assert (row.path, row.was, row.theirs, row.mine) == (AC, 10_300, 10_400, 10_500)
    merged = late(draft.revision, {TV: 5_100})
    assert {path: change["now"] for path, change in merged.body.items()} == {AC: 10_400, TV: 5_100}


CLASHES: list[tuple[int | None, int | None, str, int]] = [
    # headquarters' new price (None: unchanged), the region's, the decision, what counts there
    (None, 10_300, "", 10_300),
    (10_100, 10_300, "region", 10_300),
    (10_100, 10_300, "hq", 10_100),
    (10_300, 10_300, "", 10_300),
]


@pytest.mark.parametrize(("hq", "own", "choice", "counts"), CLASHES)
def test_a_value_both_changed_waits_for_a_decision(
    company: Company, manager: User, second: User, zhejiang: Region,
    hq: int | None, own: int, choice: str, counts: int,
) -> None:  # fmt: skip
    published(submitted(regional(company, zhejiang, manager, AC=own), manager), second)
    draft = hq_draft(company, {TV: 5_001} | ({AC: hq} if hq else {}))
    clashes = merge_of(draft).open_clashes
    assert [(c.region, c.was, c.hq, c.own) for c in clashes] == (
        [(zhejiang.code, 10_000, hq, own)] if choice else []
    )
    if choice:
        with refused("draft.clashes"):
            submitted(draft, company.finance)
        draft = resolve_clash(
            draft_id=draft.pk, revision=draft.revision, region=zhejiang.code, path=AC,
            choice=choice, actor=company.finance,
        )  # fmt: skip
    version = published(submitted(draft, company.finance), second, number="2026.2")
    there = JobFacts(
        service_item="HA-AC-15", city_level="T2", warehouse_direct=False,
        region_path=(zhejiang.code,),
    )  # fmt: skip
    first = settle(compiled(version), there).lines[0]
    assert first.because["unit_fen"] == counts


def test_a_decision_counts_only_for_the_two_values_it_was_made_on(
    company: Company, manager: User, second: User, zhejiang: Region
) -> None:
    published(submitted(regional(company, zhejiang, manager, AC=10_300), manager), second)
    draft = hq_draft(company, {AC: 10_100})
    draft = resolve_clash(
        draft_id=draft.pk, revision=1, region=zhejiang.code, path=AC, choice="region",
        actor=company.finance,
    )  # fmt: skip
    assert merge_of(draft).open_clashes == ()
    draft.body["grids"]["price"]["fen"]["HA-AC-15"] = 10_200
    assert [clash.hq for clash in merge_of(draft).open_clashes] == [10_200]


def test_saving_another_value_does_not_decide_a_conflict(
    company: Company, manager: User, second: User, zhejiang: Region
) -> None:
    regional(company, zhejiang, manager, AC=10_300)
    published(submitted(hq_draft(company, {AC: 10_100}), company.finance), second)
    draft = regional(company, zhejiang, manager, AC=10_300, TV=5_100)
    assert [(c.path, c.was, c.hq, c.own) for c in merge_of(draft).open_clashes] == [
        (AC, 10_000, 10_100, 10_300)
    ]


def test_what_headquarters_permits_no_longer_is_listed_and_left_out(
    company: Company, manager: User, second: User, zhejiang: Region
) -> None:
    published(
        submitted(regional(company, zhejiang, manager, AC=10_300, NIGHT=2_500), manager), second
    )
    merge = merge_of(hq_draft(company, {"/permits": [NIGHT]}))
    assert [(c.path, c.gone) for c in merge.clashes] == [(AC, True)]
    assert merge.body["overrides"] == {zhejiang.code: {NIGHT: 2_500}}


def test_values_of_a_region_that_is_gone_are_listed_and_left_out(
    company: Company, manager: User, second: User
) -> None:
    lake = Region.objects.create(
        code="LAKE", name="西湖", level="county", parent=company.world.hangzhou,
        path=f"{company.world.hangzhou.path}999.",
    )  # fmt: skip
    published(submitted(regional(company, lake, manager, AC=10_300), manager), second)
    RuleDraft.objects.filter(region=lake).update(region=company.world.hangzhou)
    lake.delete()
    merge = merge_of(hq_draft(company, {TV: 5_100}))
    assert [(c.region, c.path, c.gone) for c in merge.clashes] == [("LAKE", AC, True)]
    assert "overrides" not in merge.body


@pytest.mark.parametrize("who", ["submitter", "editor", "manager", "branch finance"])
def test_a_second_person_of_headquarters_approves(
    company: Company, manager: User, second: User, zhejiang: Region, who: str
) -> None:
    draft = submitted(hq_draft(company, {TV: 5_100}), second)
    branch_finance = User.objects.create(
        username="bf", role="finance", unit=company.world.east, display_name="分公司财务"
    )
    people = {
        "submitter": second, "editor": company.finance, "manager": manager,
        "branch finance": branch_finance,
    }  # fmt: skip
    for attempt in (
        lambda: published(draft, people[who]),
        lambda: reject_draft(draft_id=draft.pk, reason="x", actor=people[who]),
    ):
        with refused("draft.second_person", "draft.headquarters"):
            attempt()
    published(draft, company.world.admin)


def test_a_rejected_draft_goes_back_with_the_reason_and_can_be_submitted_again(
    company: Company, second: User
) -> None:
    draft = submitted(hq_draft(company, {TV: 5_100}), company.finance)
    draft = reject_draft(draft_id=draft.pk, reason="先谈涨价", actor=second)
    assert (draft.state, draft.decision) == ("editing", "先谈涨价")
    assert submitted(draft, company.finance).state == "submitted"


def test_a_gap_between_regions_beyond_the_guard_rail_needs_a_reason(
    company: Company, manager: User, second: User, zhejiang: Region
) -> None:
    draft = submitted(regional(company, zhejiang, manager, AC=10_501, TV=5_250), manager)
    (gap,) = prove(merge_of(draft).body, draft.rule_set).gaps
    assert (gap.path, gap.low, gap.high, gap.gap_bp) == (AC, 10_000, 10_501, 501)
    with refused("rules.guard_rail"):
        published(draft, second, gap_reason=" ")
    checks = published(draft, second).checks["guard_rail"]
    assert (checks["reason"], len(checks["gaps"])) == ("沿海成本高", 1)


def test_each_gap_is_ticked_by_the_approver_and_kept_with_the_version(
    company: Company, second: User
) -> None:
    """A first bracket above the least rating is a second gap beside the grades nobody listed."""
    ladder = {"/components/RATING/brackets": [{"from": 35, "rate_bp": 300}]}
    draft = submitted(hq_draft(company, ladder), company.finance)
    gaps = prove(merge_of(draft).body, draft.rule_set).uncovered
    assert [dict(gap.example) for gap in gaps] == [{"grade": "…"}, {"rating_x10": 34}]
    for ticked in (frozenset(), ticks(draft) - {gaps[1].fingerprint}, frozenset({"others"})):
        with pytest.raises(Refused) as caught:
            published(draft, second, uncovered=ticked)
        assert caught.value.code == "rules.uncovered"
    kept = published(draft, second).checks["uncovered"]
    assert [each["example"] for each in kept] == [{"grade": "…"}, {"rating_x10": 34}]


@pytest.mark.parametrize("factor", [0, -1_000, 10_000_000])
def test_an_unusual_factor_has_to_be_confirmed(company: Company, second: User, factor: int) -> None:
    draft = submitted(hq_draft(company, {"/tables/tier/rows/T-A/coef_bp": factor}), company.finance)
    with refused("rules.factor"):
        published(draft, second, confirmed=False)
    assert published(draft, second).number == "2026.1"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"/components": []}, "a rule set needs components"),
        ({"/components/SPLIT/shares": [{"code": "HQ", "party": "hq", "bp": 9_999}]}, "10000"),
        ({"/components/HIGH/when": {"region_path": ["GONE"]}}, "GONE does not exist"),
        ({"/components/HIGH/when": {"service_item": ["GONE"]}}, "GONE does not exist"),
        (
            {
                "/parties": [
                    "installer",
                    "first_installer",
                    "channel",
                    "tax",
                    "hq",
                    "branch",
                    "agent",
                    "uncle",
                ]
            },
            "uncle",
        ),
    ],
)
def test_rules_with_a_fault_cannot_be_submitted(
    company: Company, change: dict[str, Any], words: str
) -> None:
    draft = hq_draft(company, change)
    assert any(words in str(f) for f in prove(merge_of(draft).body, draft.rule_set).faults)
    with refused("rules.faults"):
        submitted(draft, company.finance)


def test_ten_thousand_conditions_are_too_many(company: Company) -> None:
    rows = [{"id": f"R{n}", "when": {"floor": n}, "amount_fen": 1} for n in range(10_000)]
    part = {"code": "T", "kind": "table", "party": "installer", "hit": "UNIQUE", "rows": rows}
    with pytest.raises(TooLarge) as caught:
        hq_draft(company, {"/components/T": part})
    assert caught.value.status == 413
    draft = hq_draft(company, {})
    draft.body = {**draft.body, "components": [*draft.body["components"], part]}
    draft.save()
    with pytest.raises(TooLarge):
        submitted(draft, company.finance)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"effective_from": date(2026, 10, 31)}, "terms.locked"),
        ({"effective_from": date(2026, 9, 1)}, "terms.locked"),
        ({"number": "2025.1"}, "terms.number_taken"),
        ({"number": ""}, "terms.number"),
        ({"reason": " "}, "terms.reason"),
        ({"effective_to": date(2026, 11, 30)}, "terms.days"),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    company: Company, second: User, terms: dict[str, Any], code: str
) -> None:
    october = StatementPeriod.objects.create(
        starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 31)
    )
    october.state = "locked"
    october.save()
    draft = submitted(hq_draft(company, {TV: 5_100}), company.finance)
    with refused(code):
        published(draft, second, **terms)
    assert RuleSetVersion.objects.count() == 1


def test_a_stale_page_cannot_publish(company: Company, second: User) -> None:
    draft = submitted(hq_draft(company, {TV: 5_100}), company.finance)
    sha = rules_sha(merge_of(draft).body)
    for revision, seen in ((draft.revision + 1, sha), (draft.revision, "")):
        with pytest.raises(Conflict):
            publish_draft(
                draft_id=draft.pk, revision=revision, seen=seen, terms=TERMS, actor=second
            )
    with pytest.raises(Conflict):
        submit_draft(draft_id=draft.pk, revision=draft.revision, note="", actor=company.finance)


def test_which_version_counted_for_a_day_as_known_at_a_moment(
    company: Company, second: User
) -> None:
    published(submitted(hq_draft(company, {TV: 5_100}), company.finance), second)
    first, later = RuleSetVersion.objects.order_by("sequence")
    cases = [
        (date(2026, 11, 30), None, first),
        (date(2026, 12, 1), None, later),
        (date(2026, 12, 1), later.published_at.replace(year=2025), None),
    ]
    found = [versions_counting(on=on, known_at=known) for on, known, _expected in cases]
    assert found == [[expected] if expected else [] for _on, _known, expected in cases]


def test_what_is_approved_is_what_was_seen(
    company: Company, manager: User, second: User, zhejiang: Region
) -> None:
    draft = submitted(hq_draft(company, {TV: 5_100}), company.finance)
    seen = rules_sha(merge_of(draft).body)
    published(submitted(regional(company, zhejiang, manager, AC=10_300), manager), second)
    look = {"draft_id": draft.pk, "revision": draft.revision, "actor": second}
    terms = replace(TERMS, number="9", uncovered=ticks(draft))
    with pytest.raises(Conflict) as caught:
        publish_draft(**look, seen=seen, terms=terms)
    assert caught.value.code == "draft.seen"
    assert publish_draft(**look, seen=rules_sha(merge_of(draft).body), terms=terms)


def test_whoever_edited_a_draft_earlier_does_not_approve_it(company: Company, second: User) -> None:
    draft = hq_draft(company, {TV: 5_100})
    for revision, (actor, value) in enumerate(((second, 5_200), (company.finance, 5_300)), start=1):
        save_draft(draft_id=draft.pk, revision=revision, change={TV: value}, actor=actor)
    draft.refresh_from_db()
    with refused("draft.second_person"):
        published(submitted(draft, company.finance), second)


def test_an_item_on_sale_that_no_price_list_has_is_a_gap_the_approver_ticks(
    company: Company, second: User
) -> None:
    draft = hq_draft(company, {"/grids/price/fen/空调": None})
    submitted(draft, company.finance)
    uncovered = prove(merge_of(draft).body, draft.rule_set).uncovered
    (gap,) = [each for each in uncovered if each.path == "rules.grids.price"]
    sold = {company.world.item.code, company.world.repair.code}
    assert set(str(gap.params["items"]).split(", ")) == sold
    others = ticks(draft) - {gap.fingerprint}
    with pytest.raises(Refused, match="挂机空调安装") as caught:
        published(draft, second, uncovered=others)
    assert caught.value.code == "rules.uncovered"
    kept = published(draft, second, uncovered=others | {gap.fingerprint}).checks["uncovered"]
    assert gap.example in [each["example"] for each in kept]


def test_a_table_over_the_large_regions_there_are_leaves_no_gap(company: Company) -> None:
    own = [region.code for region in Region.objects.filter(parent=None)]
    rows = [{"id": f"R{n}", "when": {"region_path": [code]}, "amount_fen": 100 + n}
            for n, code in enumerate(own)]  # fmt: skip
    part = {"code": "AREA", "kind": "table", "party": "installer", "hit": "UNIQUE", "rows": rows}

    def gaps(rows: list[dict[str, Any]]) -> list[Any]:
        body = next_body(company.version)
        body["components"] = [*body["components"], part | {"rows": rows}]
        path = f"rules.components[{len(body['components']) - 1}]"
        found = prove(body, company.version.rule_set).uncovered
        return [each.example["region_path"] for each in found if each.path == path]

    assert len(own) > 1
    assert gaps(rows) == []
    assert gaps(rows[1:]) == [own[0]]
