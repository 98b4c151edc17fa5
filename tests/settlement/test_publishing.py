"""Rule sets are checked before they are published, and frozen after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, ProgrammingError, transaction
from django.utils import translation
from django_tenants.utils import tenant_context

from common.errors import Refused
from settlement.models import RuleSetVersion
from settlement.services.publishing import PRESETS, publish_preset, publish_rules
from settlement.services.rules_in_force import version_in_force
from tenants.provisioning import create_tenant
from tests.settlement.company import INDUSTRY, preset

pytestmark = pytest.mark.usefixtures("tenant", "in_english")


@pytest.fixture
def in_english() -> Iterator[None]:
    """Sentences as the code writes them, whether or not the catalogues are compiled."""
    with translation.override("en"):
        yield


def publish(**changes: Any) -> RuleSetVersion:
    body = preset(**changes)
    return publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None).version


def in_force(on: date, known_at: datetime | None = None) -> str:
    version = version_in_force(industry=INDUSTRY, on=on, known_at=known_at)
    return version.number if version else "none"


def test_the_same_body_is_published_once() -> None:
    first = publish_preset(INDUSTRY, actor=None)
    second = publish_preset(INDUSTRY, actor=None)
    assert first is not None
    assert second is not None
    assert (first.new, second.new, second.version) == (True, False, first.version)


def test_a_second_rule_set_for_a_settled_industry_is_refused() -> None:
    publish()
    body = preset(name="another")
    with pytest.raises(Refused) as refused:
        publish_rules(key="another", industry=INDUSTRY, body=body, actor=None)
    assert refused.value.code == "rules.industry_taken"


@pytest.mark.parametrize("industry", ["home_appliances", "ev_chargers", "bathrooms"])
def test_every_pack_has_a_contract_that_may_be_published(industry: str) -> None:
    published = publish_preset(industry, actor=None)
    assert published is not None
    assert published.new


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"components": []}, "a rule set needs components"),
        ({"parties": [*preset()["parties"], "uncle"]}, "uncle"),
        ({"effective_from": "2026-02-30"}, "2026-02-30"),
        ({"colour": "red"}, "unknown field"),
        ({"version": 1.5}, "numbers with a fraction"),
    ],
)
def test_a_body_with_a_fault_is_refused_with_its_place(change: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        publish(**change)
    assert not RuleSetVersion.objects.exists()


def test_shares_that_are_not_the_whole_are_refused() -> None:
    body = preset()
    body["components"][-1]["shares"][0]["bp"] = 4_001
    with pytest.raises(Refused, match="10"):
        publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)


def test_the_day_of_completion_decides_which_version_counts() -> None:
    publish()
    publish(version="2026.1", effective_from="2026-01-01")
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]
    assert [in_force(day) for day in days] == ["none", "2025.1", "2025.1", "2026.1"]


def test_a_correction_counts_from_the_moment_it_is_known() -> None:
    publish()
    publish(version="2025.1b")
    before = datetime(2000, 1, 1, tzinfo=UTC)
    assert in_force(date(2025, 6, 1)) == "2025.1b"
    assert in_force(date(2025, 6, 1), known_at=before) == "none"
    first = RuleSetVersion.objects.get(number="2025.1")
    assert in_force(date(2025, 6, 1), known_at=first.published_at) == "2025.1"


def test_a_published_version_cannot_be_changed_or_deleted() -> None:
    version = publish()
    for attempt in (
        lambda: RuleSetVersion.objects.filter(pk=version.pk).update(number="x"),
        lambda: RuleSetVersion.objects.filter(pk=version.pk).delete(),
    ):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            attempt()


def test_the_command_publishes_files_and_says_what_is_new(capsys: Any) -> None:
    path = str(PRESETS / "ev_chargers.toml")
    for state in ("published", "unchanged"):
        call_command("publish_rules", path, tenant="alpha")
        assert f"ev_chargers 2025.1 from 2025-01-01 {state}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("pianos.toml", "", "name the industry"),
        ("bathrooms.toml", "format = ", "cannot be read"),
        ("bathrooms.toml", "format = 1", "missing"),
    ],
)
def test_the_command_says_in_one_sentence_what_is_wrong_with_a_file(
    tmp_path: Path, name: str, text: str, words: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(CommandError, match=words):
        call_command("publish_rules", str(path), tenant="alpha")


def test_the_command_knows_only_companies_that_exist() -> None:
    with pytest.raises(CommandError, match="no company nobody"):
        call_command("publish_rules", "x.toml", tenant="nobody")


@pytest.mark.commits
def test_a_new_company_finds_the_contract_of_its_pack() -> None:
    tenant = create_tenant(name="伽马卫浴", slug="gamma", admin=None, pack="bathrooms")
    with tenant_context(tenant):
        assert RuleSetVersion.objects.get().rule_set.industry == "bathrooms"
