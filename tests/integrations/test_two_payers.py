"""Two workers at one profit-sharing batch, over the wire: whatever meets whatever, money goes once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from settlement import invariants
from settlement.ledger import balances
from settlement.models import PayoutBatch
from settlement.payouts.sharing import work_on_shares
from settlement.services.parties import installer_party
from tests.integrations.connected import simulators
from tests.integrations.test_wechatpay import Desk, paying, work_off
from tests.settlement.threads import in_threads

__all__ = ["paying"]


class Gate:
    """Holds one answer of the platform back until it is let go."""

    def __init__(self) -> None:
        self.wanted, self.held, self.open = "", threading.Event(), threading.Event()

    def around(self, app: Any) -> Any:
        """Wrap the platform."""

        def answer(environ: Any, start_response: Any) -> Any:
            body = app(environ, start_response)
            asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
            if self.wanted and asked.startswith(self.wanted) and not self.held.is_set():
                self.held.set()
                self.open.wait(20)
            return body

        return answer


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def desk(gate: Gate) -> Iterator[Desk]:
    with simulators(gate.around) as (platforms, port):
        yield Desk(platforms, port)


ORDERS = "/wechatpay/v3/profitsharing/orders"


@pytest.mark.commits
@pytest.mark.parametrize("held", [f"POST {ORDERS}", f"GET {ORDERS}/"])
def test_a_share_refused_to_one_worker_is_not_paid_to_the_other_and_given_back(
    paying: tuple[Desk, Any, PayoutBatch], gate: Gate, held: str
) -> None:
    desk, company, batch = paying
    first = batch.shares.order_by("fund_id").first()
    assert first is not None
    payment = desk.sim.payments[first.fund.transaction_id]
    payment.is_released = True
    gate.wanted = held

    def one() -> None:
        for round_ in (0, 1):
            work_on_shares(batch_id=batch.pk, after=0, round_=round_)

    def other() -> None:
        assert gate.held.wait(20)
        payment.is_released = False
        try:
            for round_ in (77, 78):
                work_on_shares(batch_id=batch.pk, after=0, round_=round_)
        finally:
            gate.open.set()

    assert in_threads(one, other) == [None, None]
    work_off(batch, desk)
    work_off(batch, desk)
    party = installer_party(company.installer)
    left = balances(party)
    shared = sum(desk.sim.shared_fen(number) for number in desk.sim.payments)
    assert batch.state == "done"
    assert (left["paid"], left["transit"]) == (shared, 0)
    assert left["paid"] + left["available"] == 50_000
    assert not list(invariants.transit_is_carried())
