"""On the phone: what the next step brings, and in how many days waiting money comes."""

from __future__ import annotations

from typing import Any

from common import clock
from settlement.balance_jobs import balance_jobs
from settlement.ledger import balances
from settlement.models import Release
from settlement.progress.selectors import next_steps
from settlement.releases.selectors import countdown, due_days
from settlement.services.parties import installer_party
from settlement.services.publishing import publish_rules
from tests.settlement.company import INDUSTRY, Company, preset, settled

BONUS = {
    "code": "PVOL", "label": "月度阶梯奖", "party": "installer", "measure": "orders",
    "mode": "volume", "brackets": [{"from": 1, "each_fen": 1_000}, {"from": 3, "each_fen": 1_500}],
}  # fmt: skip
EACH = BONUS | {"code": "PGRAD", "label": "分段奖", "mode": "graduated"}


def test_volume_and_graduated_bonuses_say_what_the_next_step_pays(company: Company) -> None:
    body = preset(period=[BONUS, EACH], version="2026.2")
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    settled(company)
    volume, graduated = next_steps(company.installer)[:2]
    for step in (volume, graduated):
        assert (step.amount_fen, step.share, step.place) == (1_000, 33, "1 / 3")
        assert "¥15.00" in step.headline
        assert "2" in step.headline
    # Volume: 3 × ¥15.00. Graduated: 2 × ¥10.00 + 1 × ¥15.00.
    assert any("¥45.00" in note for note in volume.notes)
    assert any("¥35.00" in note for note in graduated.notes)


def test_a_ladder_counts_this_months_orders_by_the_rules_in_force(company: Company) -> None:
    assert next_steps(company.installer) == []
    settled(company)
    steps = {step.label: step for step in next_steps(company.installer)}
    ladder = next(step for step in steps.values() if step.place == "1 / 40")
    assert ladder.amount_fen is None
    assert "2%" in ladder.headline
    assert "39" in ladder.headline
    assert any("+¥" in note for note in ladder.notes)


def test_days_until_a_release_add_up_to_what_is_held(company: Company, client: Any) -> None:
    settled(company)
    settled(company, "E2")
    held = balances(installer_party(company.installer))["held"]
    days = due_days(company.installer)
    assert held > 0
    assert sum(day.amount_fen for day in days) == held
    part = Release.objects.filter(due_on__isnull=False).latest("pk")
    assert part.due_on is not None
    left = (part.due_on - clock.business_day()).days
    assert str(left) in countdown(part.due_on)
    jobs = balance_jobs(installer=company.installer, kind="held")
    assert all(str(left) in job.waits_for for job in jobs)
    client.force_login(company.installer.user)
    assert days[0].words in client.get("/m/earnings/").content.decode()
    assert jobs[0].waits_for in client.get("/m/earnings/balances/held/").content.decode()
