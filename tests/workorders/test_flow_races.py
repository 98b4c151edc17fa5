"""A flow and its variant published at the same moment: one is told, no number is given twice."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from tests.factories import UserFactory
from tests.workorders.flow_pages import person
from tests.workorders.own_flows import edited, publish
from tests.workorders.test_flow_variants_made import NORTH, SHORT, begun, change, published
from tests.workorders.test_simultaneous import at_once
from workorders.flow_list import newest_version
from workorders.models import FlowVersion
from workorders.services.flow_drafts import draft_from_version

RENAMED = {"op": "stage", "stage": "waiting", "name": "等派单"}


@pytest.mark.commits
def test_of_a_variant_and_its_flow_published_at_once_one_is_told_and_both_stay_whole(tenant, world):
    for role in (Role.DISPATCHER, Role.FINANCE, Role.REGION_MANAGER, Role.OUTLET_MANAGER):
        UserFactory(role=role, unit=None)
    admin = person()
    base = publish(edited())
    old = change(begun(base, admin), admin, SHORT, {"op": "applies", "applies": NORTH})
    key = published(old, admin).version.variant
    mine = draft_from_version(version=newest_version(base.key, key), actor=admin)
    mine = change(mine, admin, {"op": "name", "name": "北方二"})
    theirs = change(draft_from_version(version=base, actor=admin), admin, RENAMED)
    found = at_once(
        tenant, [lambda: published(mine, admin).version, lambda: published(theirs, admin).version]
    )
    told = [each for each in found if isinstance(each, str)]
    assert set(told) <= {"flow.base"}
    numbers = FlowVersion.objects.filter(variant=key).order_by("number")
    assert list(numbers.values_list("number", flat=True)) == list(range(1, len(numbers) + 1))
