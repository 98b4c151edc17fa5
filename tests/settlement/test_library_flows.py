"""The library's flows with everything real: published, an order opened, walked to its end, settled."""

from __future__ import annotations

from typing import Any

import pytest

from common.outbox import drain
from settlement.models import Settlement
from tests.settlement.company import Company
from tests.workorders.library_walk import staff_of, walk_to_the_end
from tests.workorders.own_flows import another, publish
from workorders.flow_library import flow_body, recipes
from workorders.models import FiredAction, WorkOrder

CHUNKS = 6
_MAY_FAIL = {"assign", "attach_material"}
"""What was asked for and is no longer needed, and materials of trades this company does not know."""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_an_order_of_every_flow_of_the_library_is_worked_to_its_end_and_settled(
    company: Company, chunk: int
) -> None:
    staff = staff_of(company.world)
    walked: dict[str, Any] = {}
    for key in sorted(recipes())[chunk::CHUNKS]:
        publish(flow_body(key) | {"key": "installation"})
        order = another(company.world)
        walked[key] = order.pk, walk_to_the_end(order, staff)
    drain(strict=True)
    settled = set(Settlement.objects.filter(status="active").values_list("work_order", flat=True))
    done = set(WorkOrder.objects.filter(meaning="DONE").values_list("pk", flat=True))
    unfinished = {key: way for key, (pk, way) in walked.items() if pk not in done & settled}
    assert unfinished == {}
    failed = FiredAction.objects.filter(state="failed").exclude(kind__in=_MAY_FAIL)
    assert [(each.kind, each.result) for each in failed] == []
