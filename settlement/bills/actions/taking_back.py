"""Taking an acceptance back: what one person could accept alone alone, more by a second one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse as page_of
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from settlement.bills.actions.held import held, note, reason_given, save_and_judge
from settlement.bills.limit import at_stake_fen, needs_second
from settlement.disputes.ending import close_disputes_of_entries
from settlement.ledger import reverse
from settlement.models import BillAction
from workorders.services.staff_notices import tell_staff

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from settlement.models import BillPosition

Kind = BillAction.Kind
_ON_THE_WAY = (Kind.PROPOSE, Kind.ACCEPT, Kind.REFUSE, Kind.RESUME)


def wishes() -> QuerySet[BillAction]:
    """Return what somebody wants taken back and nobody has decided about."""
    answered = BillAction.objects.filter(about=OuterRef("pk"))
    back = BillAction.objects.filter(counters=OuterRef("about"))
    asked = BillAction.objects.filter(kind=Kind.ASK_BACK)
    return asked.filter(~Exists(answered), ~Exists(back)).select_related("by", "about__entry")


@transaction.atomic
def take_back_acceptance(*, action_id: int, reason: str, actor: User) -> BillAction:
    """Undo an acceptance by the opposite entry; the difference is open again. Once.

    What a second person approved, or would have to approve now, is only asked to be taken back:
    another one decides. Conflict while somebody asks for that already.
    """
    found = BillAction.objects.get(pk=action_id)
    position = held(found.position_id)
    _refuse_gone(found)
    why = reason_given(reason)
    if not needs_second(at_stake_fen(found.gross_fen, found.fee_fen)) and not _was_proposed(found):
        return _post(position, found, why, actor)
    wish = wishes().filter(about=found).first()
    if wish is not None and wish.by is not None:
        sentence = _("%(who)s asks to take this back already: a second person decides")
        raise Conflict("bill.back_asked", sentence % {"who": wish.by.display_name})
    return note(
        position, Kind.ASK_BACK, actor, reason=why, gross_fen=-found.gross_fen,
        fee_fen=-found.fee_fen, about=found,
    )  # fmt: skip


@transaction.atomic
def decide_taking_back(*, position_id: int, approve: bool, reason: str, actor: User) -> BillAction:
    """Take an acceptance back as somebody else asked, or leave it, with a reason they are told.

    Who asked may only withdraw it, without a reason. Conflict when somebody was faster.
    """
    position = held(position_id)
    wish = wishes().filter(position=position).order_by("pk").last()
    if wish is None or wish.about is None:
        sentence = _("Nobody asks to take an acceptance back here (any more)")
        raise Conflict("bill.back_not_asked", sentence)
    is_own = wish.by_id == actor.pk
    if approve:
        refuse_unless(
            not is_own,
            "bill.second_person",
            _("You asked for this yourself: somebody else has to approve it"),
        )
        return _post(position, wish.about, wish.reason, actor)
    why = "" if is_own else reason_given(reason)
    kept = note(position, Kind.KEEP, actor, reason=why, about=wish)
    if not is_own and wish.by is not None:
        address = page_of("settlement:bill-detail", args=[position.pk])
        words = {"what": position.order_number, "reason": why}
        tell_staff(None, [wish.by], code="back_refused", sender=actor, page=address, **words)
    return kept


def _refuse_gone(found: BillAction) -> None:
    if BillAction.objects.filter(counters=found).exists():
        raise Conflict("bill.taken_back", _("This acceptance was taken back already"))
    if found.kind != Kind.ACCEPT or found.entry_id is None:
        raise Refused("bill.no_acceptance", _("Only an accepted difference can be taken back"))


def _was_proposed(found: BillAction) -> bool:
    """Whether the acceptance is what a second person made of a proposal."""
    before = BillAction.objects.filter(position=found.position_id, pk__lt=found.pk)
    last = before.filter(kind__in=_ON_THE_WAY).order_by("pk").last()
    return last is not None and last.is_proposal


def _post(position: BillPosition, found: BillAction, reason: str, actor: User) -> BillAction:
    _refuse_gone(found)
    entry = BillAction.objects.select_related("entry__work_order").get(pk=found.pk).entry
    if entry is None:
        raise Refused("bill.no_acceptance", _("Only an accepted difference can be taken back"))
    back = reverse(entry=entry, source_key=f"reverse:{entry.pk}", day=clock.business_day())
    # After the reversal: whoever files one meanwhile is seen here, or sees that the entry is gone.
    close_disputes_of_entries([entry.pk])
    action = note(
        position, Kind.TAKE_BACK, actor, reason=reason, gross_fen=-found.gross_fen,
        fee_fen=-found.fee_fen, entry=back, counters=found,
    )  # fmt: skip
    position.accepted_gross_fen -= found.gross_fen
    position.accepted_fee_fen -= found.fee_fen
    save_and_judge(position)
    return action
