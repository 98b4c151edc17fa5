"""One command finds what should never be."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from common import clock
from common.outbox.models import OutboxRow
from common.public_copies import copy_open_notes
from common.schema import current_schema
from dashboards.rollups import rebuild
from integrations.models import Connection, InboundEvent
from settlement.models import Settlement, StatementPeriod
from tenants.models import UsageMonth
from tests.settlement.company import Company, completed, settled
from workorders.models import WorkOrder

CODES = {
    "I1",
    "I2",
    "I3",
    "I4",
    "I5",
    "I6",
    "I7",
    "I8",
    "I9",
    "I10",
    "I11",
    "I13",
    "I14",
    "I15",
    "I17",
    "I18",
}


def checked(**options: Any) -> dict[str, int]:
    """Return how many violations each check found in `alpha`."""
    out = StringIO()
    arguments = {"tenant": "alpha", "json": True, "stdout": out, **options}
    violated = False
    try:
        call_command("check_invariants", **arguments)
    except CommandError as error:
        violated = error.returncode == 1
    answer = json.loads(out.getvalue())
    assert violated is not answer["ok"]
    counts: dict[str, int] = {}
    for finding in answer["schemas"][-1]["checks"]:
        counts[finding["code"]] = counts.get(finding["code"], 0) + finding["count"]
    return counts


def clean() -> None:
    """Bring what waits for other packages out of the way, with the figures as the books have them."""
    rebuild()
    OutboxRow.objects.update(done_at=clock.wall_now())
    copy_open_notes(current_schema())


def test_a_company_with_settled_orders_is_sound(company: Company) -> None:
    settled(company)
    clean()
    counts = checked()
    assert set(counts) == CODES
    assert not any(counts.values())


def unsettle(settlement: Settlement) -> None:
    settlement.status = "reversed"
    settlement.save()


def change_total(settlement: Settlement) -> None:
    settlement.paid_fen += 1
    settlement.save()


def reopen(settlement: Settlement) -> None:
    WorkOrder.objects.filter(pk=settlement.work_order_id).update(completed_at=None)


def lock_before(settlement: Settlement) -> None:
    period = settlement.period
    period.state = StatementPeriod.State.LOCKED
    period.locked_at = settlement.settled_at - timedelta(days=1)
    period.save()


def forget_work(_settlement: Settlement) -> None:
    long_ago = clock.wall_now() - timedelta(minutes=3)
    OutboxRow.objects.create(topic="X", handler="x.y", key="k", queue="bulk", due_at=long_ago)


def leave_event(_settlement: Settlement) -> None:
    long_ago = clock.wall_now() - timedelta(minutes=6)
    InboundEvent.objects.create(
        source="push", external_id="1", topic="t", body="{}", received_at=long_ago
    )


def lose_order(settlement: Settlement) -> None:
    shop = Connection.objects.create(
        platform="youzan", name="店", shop_key="S9", sold_by=settlement.work_order.sold_by
    )
    InboundEvent.objects.create(
        connection=shop, source="push", external_id="2", topic="t", body="{}",
        order_number="E404", state="done", received_at=clock.wall_now(),
    )  # fmt: skip


def lose_picture(settlement: Settlement) -> None:
    kept = settlement.work_order.evidence.first()
    assert kept is not None
    kept.file.storage.delete(kept.file.name)


def count_twice(_settlement: Settlement) -> None:
    month = UsageMonth.objects.get(schema_name=current_schema())
    month.orders += 1
    month.save()


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (unsettle, "I4"),
        (reopen, "I4"),
        (change_total, "I5"),
        (unsettle, "I5"),
        (lock_before, "I7"),
        (lose_order, "I9"),
        (leave_event, "I10"),
        (forget_work, "I11"),
        (count_twice, "I14"),
        (lose_picture, "I15"),
    ],
)
def test_what_should_never_be_is_found(
    company: Company, deed: Callable[[Settlement], None], code: str
) -> None:
    settlement = settled(company)
    clean()
    deed(settlement)
    assert checked()[code] > 0


def test_an_order_on_its_way_to_settlement_is_no_violation(company: Company) -> None:
    completed(company)
    assert checked(only=["I4"]) == {"I4": 0}


def test_all_companies_and_the_platform_are_checked(company: Company) -> None:
    out = StringIO()
    call_command("check_invariants", all=True, json=True, stdout=out, only=["I1", "I16"])
    schemas = {each["schema"] for each in json.loads(out.getvalue())["schemas"]}
    assert {"public", "t_alpha", "t_beta"} <= schemas


def test_an_unknown_company_is_named(tenant: Any) -> None:
    with pytest.raises(CommandError, match="no company nobody"):
        call_command("check_invariants", tenant="nobody")
