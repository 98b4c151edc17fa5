"""The worked example beside a region's values follows what is typed there."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from network.models import Region
from settlement.models import RuleDraft
from settlement.proposals.region_page import region_sheet
from tests.factories import RegionFactory
from tests.settlement.company import Company
from tests.settlement.proposals.conftest import AC, NIGHT, regional

ALL_DAY = {"f:visit_day": "2026-11-03", "f:visit_from": "20:00", "f:visit_to": "21:30"}


class Desk:
    """A manager at the page of a region: the address of its example, and the fields by path."""

    def __init__(self, company: Company, region: Region, client: Any, user: User) -> None:
        client.force_login(user)
        rule_set = company.version.rule_set
        self.client = client
        self.page = f"/settlement/rules/sets/{rule_set.pk}/regions/{region.pk}/"
        sheet = region_sheet(rule_set, region)
        self.fields = {path: name for name, path in sheet.places.items()}

    def tried(self, typed: dict[str, str], **facts: str) -> Any:
        """Return the example with values typed by path."""
        posted = {self.fields[path]: text for path, text in typed.items()}
        sample = {"sample": "", "sample_shown": "", "f:service_item": "HA-AC-15", **facts}
        return self.client.post(f"{self.page}trial/", {**posted, **sample})


@pytest.fixture
def desk(company: Company, zhejiang: Region, manager: User, client: Any) -> Desk:
    return Desk(company, zhejiang, client, manager)


def base_fen(answer: Any) -> int:
    lines = answer.context["trial"].lines
    return next(int(line.amount_fen) for line in lines if line.part == "c.BASE")


def test_the_example_recomputes_with_what_is_typed_and_saves_nothing(desk: Desk) -> None:
    before = base_fen(desk.tried({}))
    after = base_fen(desk.tried({AC: "200.00"}))
    assert after == 2 * before
    assert not RuleDraft.objects.exists()


def test_its_lines_say_that_the_region_set_the_value(desk: Desk, zhejiang: Region) -> None:
    shown = desk.tried({NIGHT: "40"}, **ALL_DAY).context["trial"]
    [night] = [line for line in shown.lines if line.part == "c.NIGHT"]
    assert any(zhejiang.name in sentence for sentence in night.why), night.why


def test_an_emptied_field_inherits_and_one_nobody_can_read_stays_as_it_was(
    company: Company, zhejiang: Region, manager: User, desk: Desk
) -> None:
    inherited = base_fen(desk.tried({}))
    regional(company, zhejiang, manager, AC=20_000)
    assert base_fen(desk.tried({})) == 2 * inherited
    assert base_fen(desk.tried({AC: "two hundred"})) == 2 * inherited
    assert base_fen(desk.tried({AC: ""})) == inherited


def test_the_page_has_the_example_with_its_chart_of_steps_and_links_to_no_editor(
    desk: Desk,
) -> None:
    answer = desk.client.get(desk.page)
    words = answer.content.decode()
    assert 'id="x-trial"' in words
    assert f'hx-post="{desk.page}trial/"' in words
    assert answer.context["trial"].distance is not None
    assert "?part=" not in words


def test_the_invented_job_has_the_levels_and_the_branch_of_the_region(
    zhejiang: Region, desk: Desk
) -> None:
    zhejiang.city_level = "NT1"
    zhejiang.save(update_fields=["city_level"])
    facts = {entry.name: entry.value for entry in desk.client.get(desk.page).context["trial"].facts}
    assert facts["f:city_level"] == "NT1"


def test_a_region_of_another_branch_has_no_example(
    company: Company, zhejiang: Region, desk: Desk
) -> None:
    other = RegionFactory(code="XZ9", name="西藏", parent=None, level="province")
    path = desk.page.replace(f"/regions/{zhejiang.pk}/", f"/regions/{other.pk}/")
    assert desk.client.post(f"{path}trial/", {}).status_code == 404
