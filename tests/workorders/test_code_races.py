"""A customer's code is used once, whoever comes at the same moment, and only where it was given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django_tenants.utils import tenant_context

from common import clock
from common.errors import Gone, Refused
from tests.settlement.threads import in_threads
from tests.workorders.walking import assign
from tests.workorders.world import make_world, open_order
from workorders.codes import issue_code, redeem
from workorders.models import CheckIn, RedemptionCode
from workorders.services.check_ins import check_in


@pytest.mark.commits
def test_of_two_who_use_a_code_at_once_one_wins_and_the_other_reads_that_it_is_used(
    world: Any,
) -> None:
    order = assign(open_order(world), world)
    me = world.installer.user

    def arrive(code: str) -> Any:
        return check_in(order_id=order.pk, actor=me, code=code)

    def redeem_alone(code: str) -> Any:
        with transaction.atomic():
            return redeem(order, code)

    for use, winner in ((arrive, CheckIn), (redeem_alone, type(None))):
        code = issue_code(order_id=order.pk, actor=world.dispatcher)
        found = in_threads(*[lambda use=use, code=code: use(code)] * 4)
        assert sorted(isinstance(each, winner) for each in found) == [False] * 3 + [True]
        assert sum(isinstance(each, Gone) for each in found) == 3
    assert CheckIn.objects.count() == 1


def test_a_code_ends_after_its_days_and_a_new_one_voids_the_one_before(world: Any) -> None:
    order = assign(open_order(world), world)
    me = world.installer.user
    first = issue_code(order_id=order.pk, actor=world.dispatcher)
    second = issue_code(order_id=order.pk, actor=world.dispatcher)
    if first != second:
        with pytest.raises(Refused, match="不属于"):
            check_in(order_id=order.pk, actor=me, code=first)
    RedemptionCode.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(Gone):
        check_in(order_id=order.pk, actor=me, code=second)


def test_a_code_of_one_company_says_nothing_at_another(world: Any, other_tenant: Any) -> None:
    order = assign(open_order(world), world)
    code = issue_code(order_id=order.pk, actor=world.dispatcher)
    mine = RedemptionCode.objects.get().digest
    with tenant_context(other_tenant):
        theirs = make_world()
        twin = assign(open_order(theirs), theirs)
        # The same code of the same order number by chance: another salt, another digest.
        RedemptionCode.objects.create(
            work_order=twin, digest=mine, expires_at=clock.now() + timedelta(days=1)
        )
        with pytest.raises(Refused):
            check_in(order_id=twin.pk, actor=theirs.installer.user, code=code)
