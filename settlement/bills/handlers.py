"""The background steps of reconciling; `settlement.handlers` brings them to the outbox."""

from __future__ import annotations

from common.outbox import scheduled, subscribe
from settlement.bills import matching
from settlement.bills.events import BillTaken, SilenceSought


@subscribe(BillTaken, queue="bulk")
def on_bill_taken(event: BillTaken) -> None:
    """Match the next lines."""
    matching.advance(bill_id=event.bill_id, after=event.after)


@subscribe(SilenceSought, queue="bulk")
def on_silence_sought(event: SilenceSought) -> None:
    """Look for the next settled orders no bill names."""
    matching.seek_silence(platform=event.platform, shop_key=event.shop_key, after=event.after)


@scheduled("settlement.bills", every_s=600, when=matching.has_bills)
def judge_again() -> None:
    """Every ten minutes: what was settled, refunded or waited for may agree by now."""
    matching.refresh()


@scheduled("settlement.silence", every_s=86_400, when=matching.has_bills)
def seek_silent_orders() -> None:
    """Every day: one more day of work is due on the bills."""
    matching.seek_all()
