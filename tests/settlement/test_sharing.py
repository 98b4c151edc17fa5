"""What a platform refuses is not what became of the money: only its word about a share counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common import clock
from common.outbox.models import OutboxRow
from settlement import invariants
from settlement.ledger import balances
from settlement.models import PayoutBatch, Share, SharingFund
from settlement.payouts import gateway
from settlement.payouts.batches import approve_payout, draft_payout
from settlement.payouts.gateway import (
    Receiver,
    ShareAnswer,
    ShareRequest,
    SharingRefusedError,
    register_gateway,
)
from settlement.payouts.requests import ON_ITS_WAY
from settlement.payouts.sharing import send_shares, work_on_shares
from settlement.payouts.wallets import keep_wallet
from settlement.services.parties import installer_party
from tests.settlement.company import Company
from tests.settlement.test_payouts import closed, colleague

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


class Platform:
    """A merchant's platform: what it took stays taken, whatever it answers."""

    merchant = "1900000001"

    def __init__(self) -> None:
        self.taken: dict[str, ShareRequest] = {}
        self.breaks_off = False  # after the next request was taken
        self.refuses: set[str] = set()  # "share", "ask"

    def bind(self, receiver: Receiver) -> None:
        """Everybody may receive."""

    def share(self, request: ShareRequest) -> ShareAnswer:
        """Take a request."""
        self._refuse("share")
        self.taken[request.number] = request
        if self.breaks_off:
            self.breaks_off = False
            raise ConnectionError(request.number)
        return ShareAnswer({})

    def ask(self, request: ShareRequest) -> ShareAnswer | None:
        """All that was taken is paid."""
        self._refuse("ask")
        taken = self.taken.get(request.number)
        return taken and ShareAnswer({one.account: "" for one in taken.receivers})

    def _refuse(self, what: str) -> None:
        if what in self.refuses:
            raise SharingRefusedError("PARAM_ERROR", "no")


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    monkeypatch.setattr(gateway, "_found", [])
    made = Platform()
    register_gateway(lambda: made)
    return made


@pytest.fixture
def batch(company: Company, platform: Platform) -> PayoutBatch:
    period, party = closed(company), installer_party(company.installer)
    keep_wallet(
        party_id=party.pk, kind="PERSONAL_OPENID", name="李建国", account=OPENID,
        actor=company.finance,
    )  # fmt: skip
    SharingFund.objects.create(
        merchant=platform.merchant, transaction_id="42001", paid_fen=200_000, limit_fen=60_000,
        paid_on=period.ends_on,
    )  # fmt: skip
    made = draft_payout(period_id=period.pk, actor=company.finance, way="wechat")
    approve_payout(batch_id=made.pk, actor=colleague(company))
    send_shares(batch_id=made.pk, actor=company.finance)
    OutboxRow.objects.all().delete()
    return made


def standing(company: Company, batch: PayoutBatch) -> tuple[str, str, int, int]:
    """The share's and the transfer's state, and what the payee has on its way and paid."""
    found = balances(installer_party(company.installer))
    return (
        batch.shares.get().state, batch.items.get().state, found["transit"], found["paid"],
    )  # fmt: skip


def test_a_refused_question_is_asked_again_and_never_counts_as_failed(
    company: Company, platform: Platform, batch: PayoutBatch
) -> None:
    work_on_shares(batch_id=batch.pk, after=0, round_=0)
    platform.refuses = {"ask"}
    with pytest.raises(SharingRefusedError):
        work_on_shares(batch_id=batch.pk, after=0, round_=1)
    assert standing(company, batch) == (Share.State.SENT, "transit", 50_000, 0)
    platform.refuses = set()
    work_on_shares(batch_id=batch.pk, after=0, round_=2)
    assert standing(company, batch) == (Share.State.PAID, "confirmed", 0, 50_000)
    assert not list(invariants.transit_is_carried())


@pytest.mark.parametrize("left", [Share.State.PLANNED, Share.State.SENT])
def test_a_request_that_arrived_counts_by_what_became_of_it_though_its_repetition_is_refused(
    company: Company, platform: Platform, batch: PayoutBatch, left: str
) -> None:
    platform.breaks_off = True
    with pytest.raises(ConnectionError):
        work_on_shares(batch_id=batch.pk, after=0, round_=0)
    batch.shares.update(state=left)
    platform.refuses = {"share"}
    work_on_shares(batch_id=batch.pk, after=0, round_=1)
    work_on_shares(batch_id=batch.pk, after=0, round_=2)
    assert standing(company, batch) == (Share.State.PAID, "confirmed", 0, 50_000)
    assert not list(invariants.transit_is_carried())


def test_a_request_that_never_arrived_and_is_refused_comes_back_once_asked_for_again(
    company: Company, platform: Platform, batch: PayoutBatch
) -> None:
    platform.refuses = {"share"}
    work_on_shares(batch_id=batch.pk, after=0, round_=0)
    assert standing(company, batch) == (Share.State.SENT, "transit", 50_000, 0)
    platform.refuses = set()
    work_on_shares(batch_id=batch.pk, after=0, round_=1)
    assert standing(company, batch) == (Share.State.FAILED, "failed", 0, 0)
    assert not platform.taken


def test_no_second_copy_goes_out_while_the_first_may_still_arrive(
    company: Company, platform: Platform, batch: PayoutBatch
) -> None:
    platform.breaks_off = True
    with pytest.raises(ConnectionError):
        work_on_shares(batch_id=batch.pk, after=0, round_=0)
    platform.taken.clear()
    work_on_shares(batch_id=batch.pk, after=0, round_=1)
    assert not platform.taken
    batch.shares.update(sent_at=clock.wall_now() - ON_ITS_WAY - timedelta(seconds=1))
    work_on_shares(batch_id=batch.pk, after=0, round_=2)
    assert len(platform.taken) == 1
    work_on_shares(batch_id=batch.pk, after=0, round_=3)
    assert standing(company, batch) == (Share.State.PAID, "confirmed", 0, 50_000)
