"""Hits are counted from what is settled, compared with the replay, and answered by people."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.roles import Role
from common import clock
from common.errors import Conflict
from settlement.models import JournalEntry, RuleAlarm, RuleHit, RuleHitMark, RuleSetVersion
from settlement.monitor.alarms import answer_alarm, raise_alarms
from settlement.monitor.counting import _LATE_COMMITS, count_all_again, count_hits
from settlement.monitor.expecting import expected_of, unchanged_components
from settlement.monitor.page import monitor_of
from settlement.monitor.selectors import foreseen_rates, hit_settlements
from settlement.rule_names import row_names
from settlement.services.releasing import release_milestone
from settlement.services.settling import reverse_settlement
from tests.factories import UnitFactory, UserFactory
from tests.settlement.company import settled

pytestmark = pytest.mark.django_db


def counts():
    rows = RuleHit.objects.order_by("version_id", "day", "code", "rule")
    return list(rows.values_list("version_id", "day", "code", "rule", "orders"))


def test_counts_follow_settlements_and_reversals_and_equal_a_recount(company):
    first, second = settled(company), settled(company, "E20261102002")
    count_hits()
    whole = RuleHit.objects.get(code="", rule="")
    assert (whole.orders, whole.day) == (2, first.done_on)
    for line in first.lines.all():
        assert RuleHit.objects.get(code=line.code, rule=line.rule).orders == 2
    once = counts()
    count_hits()
    assert counts() == once
    reverse_settlement(order_id=second.work_order_id, reason="test")
    count_hits()
    assert RuleHit.objects.get(code="", rule="").orders == 1
    kept = counts()
    count_all_again()
    assert counts() == kept


def test_a_day_on_which_money_was_only_released_is_not_counted_again(company):
    settlement = settled(company)
    count_hits()
    # Entries committed late are looked at again, so those of before are put out of reach.
    RuleHitMark.objects.update(entry_id=JournalEntry.objects.latest("pk").pk + _LATE_COMMITS)
    RuleHit.objects.filter(code="", rule="").update(orders=99)
    assert release_milestone(order_id=settlement.work_order_id, milestone="followed_up")
    assert JournalEntry.objects.latest("pk").kind == "release"
    RuleHitMark.objects.update(entry_id=JournalEntry.objects.latest("pk").pk - 1 + _LATE_COMMITS)
    count_hits()
    assert RuleHit.objects.get(code="", rule="").orders == 99
    reverse_settlement(order_id=settlement.work_order_id, reason="test")
    count_hits()
    assert not RuleHit.objects.filter(code="", rule="").exists()


def seen(version: RuleSetVersion, hits: int, orders: int, day=None):
    """Orders of a day, of which a row fired in some."""
    day = day or clock.business_day()
    RuleHit.objects.filter(version=version).delete()
    RuleHit.objects.create(version=version, day=day, orders=orders)
    RuleHit.objects.create(version=version, day=day, code="BASE", rule="T-A", orders=hits)


@pytest.fixture
def version(company):
    """A version whose replay saw the row fire in one order of ten."""
    old = company.version
    return RuleSetVersion.objects.create(
        rule_set=old.rule_set, number="9", sequence=9, effective_from=old.effective_from,
        body=old.body, sha256=old.sha256, published_at=clock.now(),
        checks={"replay": {"orders": 1000, "hits": {"BASE/T-A": 100}, "outdated": False}},
    )  # fmt: skip


def test_drift_raises_one_alarm_which_ends_when_the_rate_is_back(version):
    today = clock.business_day()
    seen(version, hits=60, orders=200)
    (alarm,) = raise_alarms(on=today)
    assert (alarm.hits, alarm.orders, alarm.expected_hits) == (60, 200, 100)
    assert raise_alarms(on=today) == []
    seen(version, hits=21, orders=200)
    assert raise_alarms(on=today) == []
    alarm.refresh_from_db()
    assert alarm.state == RuleAlarm.State.OVER


def test_a_row_the_replay_never_saw_is_an_alarm(version):
    seen(version, hits=20, orders=200)
    RuleHit.objects.filter(version=version, code="BASE").update(rule="T-NEW")
    alarms = {each.rule: each for each in raise_alarms(on=clock.business_day())}
    assert alarms["T-NEW"].expected_hits == 0
    assert alarms["T-A"].hits == 0  # and the old one fires no more


def test_a_replay_of_other_rules_foresees_nothing(version):
    version.checks["replay"]["outdated"] = True
    assert foreseen_rates(version) == {}


def test_without_a_replay_the_version_before_is_what_is_expected(company):
    before = company.version
    version = RuleSetVersion.objects.create(
        rule_set=before.rule_set, number="8", sequence=8, effective_from=before.effective_from,
        body=before.body, sha256=before.sha256, published_at=clock.now(), checks={},
    )  # fmt: skip
    code = before.body["components"][0]["code"]
    for each, hits in ((before, 20), (version, 60)):
        seen(each, hits=hits, orders=200)
        RuleHit.objects.filter(version=each, code="BASE").update(code=code)
    known = expected_of(version)
    assert (known.before, known.orders, known.knows_all) == (before, 200, False)
    (alarm,) = [each for each in raise_alarms(on=clock.business_day()) if each.version == version]
    assert (alarm.hits, alarm.expected_hits) == (60, 20)


def test_only_components_that_stand_unchanged_are_compared():
    parts = [{"code": "A", "table": "t"}, {"code": "B"}, {"code": "C"}]
    now = {"components": [*parts[:2], {"code": "C", "party": "x"}], "tables": {"t": {"rows": 1}}}
    assert unchanged_components({"components": parts, "tables": {"t": {"rows": 1}}}, now) == {
        "A",
        "B",
    }
    assert unchanged_components({"components": parts, "tables": {}}, now) == {"B"}


def test_of_two_answers_the_first_counts(version, company):
    seen(version, hits=60, orders=200)
    (alarm,) = raise_alarms(on=clock.business_day())
    answer_alarm(alarm_id=alarm.pk, cause="rule", note="夜间写成全天", actor=company.finance)
    with pytest.raises(Conflict):
        answer_alarm(alarm_id=alarm.pk, cause="work", note="又一次", actor=company.world.admin)
    alarm.refresh_from_db()
    assert (alarm.cause, alarm.answered_by) == ("rule", company.finance)


def test_the_orders_of_a_row_are_those_the_person_may_see(company):
    slip = settled(company)
    line = slip.lines.order_by("seq").first()
    key = (line.code, line.rule)
    assert list(hit_settlements(version=slip.version, key=key, actor=company.finance)) == [slip]
    stranger = UserFactory(role=Role.OUTLET_MANAGER, unit=UnitFactory(code="FAR", name="远方网点"))
    assert not hit_settlements(version=slip.version, key=key, actor=stranger).exists()


def test_the_monitor_names_the_alarm_and_keeps_a_refused_answer(version, company, client):
    seen(version, hits=60, orders=200)
    (alarm,) = raise_alarms(on=clock.business_day())
    client.force_login(company.world.admin)
    shown = client.get(reverse("settlement:monitor-detail", args=[version.pk])).content.decode()
    for words in (f"/rules/alarms/{alarm.pk}/", "10.0%", "30.0%"):
        assert words in shown
    answer = client.post(
        reverse("settlement:alarm-answer", args=[alarm.pk]),
        {"note": "还不知道", "_idempotency_key": "k1"},
    )
    assert answer.status_code == 422
    assert "还不知道" in answer.content.decode()


def test_an_alarm_is_answered_by_headquarters_alone_and_a_region_reads_so(version, company, client):
    seen(version, hits=60, orders=200)
    (alarm,) = raise_alarms(on=clock.business_day())
    manager = UserFactory(role=Role.REGION_MANAGER, unit=company.world.east)
    client.force_login(manager)
    address = reverse("settlement:alarm-answer", args=[alarm.pk])
    shown = client.get(address).content.decode()
    assert 'name="cause"' not in shown
    client.post(address, {"cause": "rule", "_idempotency_key": "k1"})
    alarm.refresh_from_db()
    assert alarm.state == "open"
    client.force_login(company.world.admin)
    assert 'name="cause"' in client.get(address).content.decode()


def test_rows_are_named_by_their_label_or_by_where_their_bracket_begins():
    body = {
        "tables": {"tier": {"rows": [{"id": "T-A", "label": "A 档"}, {"id": "T-X"}]}},
        "components": [
            {"code": "SKILL", "rows": [{"id": "G4", "label": "高级"}]},
            {"code": "RATING", "measure": "rating_x10", "brackets": [{"from": 0}, {"from": 45}]},
            {"code": "DIST"},
        ],
    }
    names = row_names(body)
    rows = {"T-A": "A 档", "T-X": "T-X", "G4": "高级"}
    assert names == rows | {"RATING-0": "0 起", "RATING-45": "4.5 起"}


def test_rows_stand_in_the_order_of_the_rules_and_say_what_they_are_called(version, company):
    seen(version, hits=60, orders=200)
    RuleHit.objects.create(
        version=version, day=clock.business_day(), code="SKILL", rule="GRADE-G4", orders=5
    )
    rows = monitor_of(version).rows
    codes = [row.code for row in rows if row.alarm is None and not row.is_new]
    order = [each["code"] for each in version.body["components"]]
    assert codes == sorted(codes, key=order.index)
    assert "高级" in {row.name for row in rows}
