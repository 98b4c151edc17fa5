"""When shops are read, messages consumed, and what follows from what came in."""

from __future__ import annotations

from datetime import date

from common.outbox import announce, scheduled, subscribe
from common.outbox.events import BULK, INTERACTIVE
from dispatch.events import HelpAsked
from integrations.events import (
    ConnectionSaved,
    DisputeAnswered,
    DisputeWaits,
    EarningsTold,
    OrderListed,
    PullDue,
    PushReceived,
    RecomputeTold,
    SecondLookDue,
)
from integrations.services import (
    billing,
    cards,
    connecting,
    decrypting,
    dispute_cards,
    locating,
    messages,
    paying,
    pulling,
    recompute_cards,
    stage_cards,
    taking,
    tidying,
    webhooks,
)
from settlement.bills.events import BillWanted, ShopOrderWanted
from settlement.disputes.events import DisputeMoved
from settlement.events import WorkOrderSettled
from settlement.people import earners_of
from settlement.recompute.concerned import moved_installers
from settlement.recompute.events import RecomputeApplied
from settlement.recompute.selectors import run_by_id
from workorders.events import (
    HelperJoined,
    HelperLeft,
    InstallerAskedAgain,
    InstallerAssigned,
    InstallerReleased,
    InstallerTold,
    StageWaits,
    WebhookDue,
    WorkOrderChanged,
    WorkOrderOpened,
)


@subscribe(PushReceived, outside=True)
def on_push(event: PushReceived) -> None:
    """Fetch the order now: somebody may be looking at the board."""
    taking.work_off(event_id=event.event_id, attempt=event.attempt)


@subscribe(OrderListed, queue=BULK, outside=True)
def on_listed(event: OrderListed) -> None:
    """Take in what a list brought."""
    taking.work_off(event_id=event.event_id, attempt=event.attempt)


@subscribe(SecondLookDue, outside=True)
def on_second_look(event: SecondLookDue) -> None:
    """Fetch the order once more."""
    taking.look_again(
        connection_id=event.connection_id,
        order_number=event.order_number,
        attempt=event.attempt,
    )


@subscribe(ConnectionSaved, outside=True)
def on_connection_saved(event: ConnectionSaved) -> None:
    """Begin to listen and to read."""
    connecting.begin(connection_id=event.connection_id)


@subscribe(PullDue, queue=BULK, outside=True)
def on_pull_due(event: PullDue) -> None:
    """Read one shop."""
    pulling.pull(connection_id=event.connection_id, kind=event.kind)


@subscribe(InstallerAssigned, only_news=True, outside=True)
def on_assigned_open_receiver(event: InstallerAssigned) -> None:
    """The installer needs the number and the door."""
    decrypting.decrypt_for_dispatch(order_id=event.order_id)


@subscribe(WorkOrderChanged, only_news=True, outside=True)
def on_receiver_changed(event: WorkOrderChanged) -> None:
    """A dispatched order got another receiver: that one is hidden again."""
    if event.what in {"address", "contact"}:
        decrypting.decrypt_again(order_id=event.order_id)


@subscribe(WorkOrderOpened, only_news=True, outside=True)
def on_opened_locate(event: WorkOrderOpened) -> None:
    """Look the site up where only its district is known, or not even that."""
    locating.locate_site(order_id=event.order_id)


@subscribe(InstallerAssigned, only_news=True, outside=True)
def on_assigned_tell(event: InstallerAssigned) -> None:
    """A card for who has the order now."""
    cards.tell_assigned(order_id=event.order_id, installer_id=event.installer_id)


@subscribe(InstallerAskedAgain, only_news=True, outside=True)
def on_asked_again_tell(event: InstallerAskedAgain) -> None:
    """A card for who had the order all the time and has to say yes once more."""
    cards.tell_asked_again(order_id=event.order_id, installer_id=event.installer_id, at=event.at)


@subscribe(HelperJoined, only_news=True, outside=True)
def on_joined_tell(event: HelperJoined) -> None:
    """A card for who helps on the order now."""
    cards.tell_joined(order_id=event.order_id, installer_id=event.installer_id)


@subscribe(HelpAsked, only_news=True, outside=True)
def on_help_asked_tell(event: HelpAsked) -> None:
    """A card for who is asked to come and help."""
    cards.tell_help_asked(help_id=event.help_id)


@subscribe(HelperLeft, only_news=True, outside=True)
def on_left_tell(event: HelperLeft) -> None:
    """A card for who helped on an order that was cancelled."""
    cards.tell_cancelled(order_id=event.order_id, installer_id=event.installer_id)


@subscribe(InstallerReleased, only_news=True, outside=True)
def on_released_tell(event: InstallerReleased) -> None:
    """A card for who had an order that was cancelled; cancelling always releases its installer."""
    cards.tell_cancelled(order_id=event.order_id, installer_id=event.installer_id)


@subscribe(WorkOrderSettled, only_news=True)
def on_settled(event: WorkOrderSettled) -> None:
    """Everybody who did a part of the work gets a card, each in a row of its own."""
    for installer_id in earners_of(event.settlement_id):
        wanted = EarningsTold(event.settlement_id, installer_id)
        announce(wanted, key=f"earnings:{event.settlement_id}:{installer_id}")


@subscribe(EarningsTold, outside=True)
def on_earnings_told(event: EarningsTold) -> None:
    """A card for one who earned something by a finished order."""
    cards.tell_settled(settlement_id=event.settlement_id, installer_id=event.installer_id)


@subscribe(RecomputeApplied, queue=BULK, only_news=True)
def on_recomputed(event: RecomputeApplied) -> None:
    """Whose money a recompute changed gets one card for all of it, each in a row of its own."""
    for moved in moved_installers(run_by_id(event.run_id)):
        wanted = RecomputeTold(
            event.run_id, moved.installer_id, moved.orders, moved.order_id, moved.diff_fen
        )
        announce(wanted, key=f"recompute-told:{event.run_id}:{moved.installer_id}")


@subscribe(RecomputeTold, queue=BULK, outside=True)
def on_recompute_told(event: RecomputeTold) -> None:
    """A card for one whose money was computed again."""
    recompute_cards.tell_recomputed(event)


@subscribe(DisputeMoved, only_news=True)
def on_dispute_tell(event: DisputeMoved) -> None:
    """A card for who disputed a line, when it was decided, ended, or more is asked for.

    Everybody who speaks for a unit that claims gets one, each in a row of its own.
    """
    if event.move not in dispute_cards.DECISIONS:
        return
    for user_id in dispute_cards.told_how(dispute_id=event.dispute_id):
        wanted = DisputeAnswered(event.dispute_id, event.step_id, user_id)
        announce(wanted, key=f"dispute-answered:{event.step_id}:{user_id}")


@subscribe(DisputeAnswered, outside=True)
def on_dispute_answered_tell(event: DisputeAnswered) -> None:
    """A card for one who speaks for the claimant."""
    dispute_cards.tell_decided(
        dispute_id=event.dispute_id, step_id=event.step_id, user_id=event.user_id
    )


@subscribe(DisputeMoved, only_news=True)
def on_dispute_waits(event: DisputeMoved) -> None:
    """Everybody a dispute waits for now gets a card, each in a row of its own."""
    if event.move not in dispute_cards.WAITS:
        return
    for user_id in dispute_cards.told_to_act(dispute_id=event.dispute_id, step_id=event.step_id):
        wanted = DisputeWaits(event.dispute_id, event.step_id, user_id)
        announce(wanted, key=f"dispute-waits:{event.step_id}:{user_id}")


@subscribe(DisputeWaits, outside=True)
def on_dispute_waits_tell(event: DisputeWaits) -> None:
    """A card for one whom a dispute waits for."""
    dispute_cards.tell_waiting(
        dispute_id=event.dispute_id, step_id=event.step_id, user_id=event.user_id
    )


@subscribe(BillWanted, queue=BULK, outside=True)
def on_bill_wanted(event: BillWanted) -> None:
    """Bring a shop's bill."""
    billing.pull_bill(
        platform=event.platform,
        shop_key=event.shop_key,
        starts_on=date.fromisoformat(event.starts_on),
        ends_on=date.fromisoformat(event.ends_on),
    )


@subscribe(ShopOrderWanted, outside=True)
def on_order_wanted(event: ShopOrderWanted) -> None:
    """Somebody looks at its bill and doubts that we have the order as the shop has it."""
    billing.look_at_order(
        platform=event.platform, shop_key=event.shop_key, order_number=event.order_number
    )


@scheduled("integrations.bills", every_s=86_400, when=pulling.has_active_shop)
def ask_for_bills() -> None:
    """Every night: what the shops' platforms booked in the last days."""
    billing.ask_for_nightly_bills()


@scheduled("integrations.payments", every_s=43_200, when=paying.has_merchant, outside=True)
def take_payments_in() -> None:
    """Twice a day: what customers paid the day before through WeChat Pay may be shared out."""
    paying.take_payments()


@scheduled("integrations.pull", every_s=300, when=pulling.has_active_shop)
def pull_every_shop() -> None:
    """Every five minutes: what changed since the last time."""
    pulling.ask_for_pulls(pulling.PULL)


@scheduled("integrations.compare", every_s=3600, when=pulling.has_active_shop)
def compare_every_shop() -> None:
    """Every hour: everything of the last days, whatever push and pull have brought."""
    pulling.ask_for_pulls(pulling.COMPARE)


@scheduled(
    "integrations.messages",
    every_s=5,
    queue=INTERACTIVE,
    when=messages.has_active_tmall,
    outside=True,
)
def consume_tmall_messages() -> None:
    """Every five seconds: what Tmall has to tell."""
    messages.consume_messages()


@scheduled("integrations.tidy", every_s=60)
def tidy_events() -> None:
    """Every minute: no event stays in the dark."""
    tidying.bury_forgotten()
    tidying.forget_old()


@subscribe(WebhookDue, queue=BULK, only_news=True, outside=True)
def on_webhook_due(event: WebhookDue) -> None:
    """Tell an address of the company's own what its flow says."""
    webhooks.call_webhook(action_id=event.action_id, hook=event.hook)


@subscribe(InstallerTold, only_news=True, outside=True)
def on_installer_told(event: InstallerTold) -> None:
    """What a flow says to an installer is on their phone and goes out as a card too."""
    cards.tell_message(
        order_id=event.order_id,
        installer_id=event.installer_id,
        action_id=event.action_id,
        text=event.text,
    )


@subscribe(StageWaits, only_news=True, outside=True)
def on_stage_waits(event: StageWaits) -> None:
    """A card for somebody of the staff for whom an order waits in its stage."""
    stage_cards.tell_stage(stay_id=event.stay_id, user_id=event.user_id)
