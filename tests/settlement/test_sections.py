"""The switch of settlement has two levels, each with what a person may open and nothing else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.roles import Role, perms_of
from settlement.sections import GROUPS, sections_for


@pytest.mark.parametrize(
    ("role", "groups"),
    [
        (Role.HQ_ADMIN, ["books", "orders", "disputes", "prices", "rules"]),
        (Role.FINANCE, ["books", "orders", "disputes", "prices", "rules"]),
        (Role.OUTLET_MANAGER, ["books", "orders", "disputes", "prices", "rules"]),
        (Role.DISPATCHER, ["prices"]),
    ],
)
def test_a_group_shows_when_one_of_its_parts_may_be_opened(role, groups):
    shown = sections_for(lambda perm: perm in perms_of(role), here="quotations")
    assert [group.key for group in shown.groups] == groups
    assert shown.here is not None
    assert {part.perm for part in shown.here.parts} <= perms_of(role)


def test_every_part_has_one_place_and_an_address_of_its_own():
    parts = [part for group in GROUPS for part in group.parts]
    assert len({part.key for part in parts}) == len(parts)
    assert len({reverse(part.url_name) for part in parts}) == len(parts)
