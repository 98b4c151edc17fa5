"""Extra charges: added on site or afterwards, proposed, sold with an order, and cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from django.utils.translation import gettext as _

from common import clock, formatting
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from workorders.charges import open_charges, tariff_of
from workorders.events import WorkOrderChanged
from workorders.models import Bearer, ChargeCode, ChargeTariff, CheckIn, ExtraCharge, WorkOrder
from workorders.services.charge_states import already, answered, decided, note, state_now, tell
from workorders.services.evidence import holder_of
from workorders.services.late_charges import lock_chargeable, locked_charge, refuse_when_gone
from workorders.services.locking import lock_open_order
from workorders.services.photos import keep_photo
from workorders.services.signatures import keep_consent
from workorders.taking import UNSAID, Taking

if TYPE_CHECKING:
    from django.core.files.base import File

    from accounts.models import User
    from workorders.strokes import Strokes

State = ExtraCharge.State
MOST_QUANTITY = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an installer wants to charge: pieces of a unit price, or an amount in fen."""

    code: str
    quantity: int = 1
    amount_fen: int | None = None
    reason: str = ""
    photo: File[Any] | None = None
    consent: File[Any] | None = None
    said: Taking = UNSAID
    strokes: Strokes | None = None


@transactional
def add_charge(*, order_id: int, asked: Asked, actor: User) -> ExtraCharge:
    """Add a charge within the company's tariff, with its proof.

    It counts once the customer has agreed (who pays it) and the office has approved (where the
    tariff says so, and always after the work). Refused after the company's hours, for a code that is not in use, without a reason or the photo, above
    the highest amount, beyond the times an order allows, for a photo that proves another one, and
    with a signature drawn after the work.
    """
    order = lock_chargeable(order_id, anew=True)
    holder_of(order, actor)
    tariff = _tariff(order, asked.code)
    amount = _amount(tariff, asked)
    reason = asked.reason.strip()[:200]
    refuse_unless(reason, "charge.reason", _("Say what this charge is for"))
    refuse_unless(
        asked.photo is not None or not tariff.needs_photo,
        "charge.photo",
        _("“%(name)s” needs a photo that proves it") % {"name": tariff.get_code_display()},
    )
    charge = ExtraCharge(
        work_order=order,
        code=tariff.code,
        quantity=asked.quantity if tariff.unit_fen else 1,
        unit=tariff.unit if tariff.unit_fen else "",
        amount_fen=amount,
        bearer=tariff.bearer,
        installer_bp=tariff.installer_bp,
        needs_approval=tariff.needs_approval or order.completed_at is not None,
        is_late=order.completed_at is not None,
        reason=reason,
        made_by=actor,
        made_at=clock.now(),
    )
    label = charge.get_code_display()
    if asked.photo is not None:
        charge.photo = keep_photo(
            order, upload=asked.photo, actor=actor, label=label, said=asked.said
        )
        twice = ExtraCharge.objects.filter(photo=charge.photo).exclude(
            state__in=[State.REFUSED, State.CANCELLED]
        )
        refuse_unless(
            not twice.exists(), "charge.photo_used", _("This photo proves another charge already")
        )
    if asked.consent is not None and charge.bearer == Bearer.CUSTOMER:
        refuse_when_gone(order)
        charge.consent = keep_consent(
            order, upload=asked.consent, label=label, actor=actor, strokes=asked.strokes
        )
        answered(charge, ExtraCharge.Way.SIGNATURE)
    charge.state = state_now(charge)
    charge.save()
    note(charge, "charge_added", actor, text=reason)
    record(
        actor,
        "charge.added",
        order,
        charge=charge.pk,
        code=charge.code,
        amount_fen=amount,
        state=charge.state,
    )
    tell(charge)
    return charge


@transactional
def cancel_charge(*, charge: ExtraCharge, reason: str, actor: User) -> ExtraCharge:
    """Cancel a charge while its order is open or newly done; an installer cancels their own alone."""
    order, charge = locked_charge(charge)
    if actor.is_installer:
        holder_of(order, actor)
    if not charge.is_open:
        raise Conflict("charge.state", already(charge))
    reason = reason.strip()[:200]
    refuse_unless(reason, "charge.reason", _("Say why the charge is cancelled"))
    counted = charge.state == State.CONFIRMED
    charge.state = State.CANCELLED
    decided(charge, reason, actor)
    note(charge, "charge_cancelled", actor, text=reason)
    record(actor, "charge.cancelled", order, charge=charge.pk, code=charge.code, reason=reason)
    if counted:
        announce(WorkOrderChanged(order.pk, "charges"))
    return charge


@transactional
def propose_second_visit(*, order_id: int, actor: User) -> ExtraCharge | None:
    """Propose the fee of a second visit when the installer was on site on an earlier day.

    None when this is the first day, the tariff is not in use or has no price, or the fee was
    proposed as often as an order allows.
    """
    order = lock_open_order(order_id)
    tariff = tariff_of(ChargeCode.SECOND_VISIT)
    days = CheckIn.objects.filter(work_order=order).values_list("at", flat=True)
    visits = len({clock.business_day(at) for at in days})
    if tariff is None or not tariff.is_active or not tariff.unit_fen or visits < 2:
        return None
    if order.charges.filter(code=tariff.code).count() >= min(visits - 1, tariff.most_times):
        return None
    charge = ExtraCharge(
        work_order=order,
        code=tariff.code,
        unit=tariff.unit,
        amount_fen=tariff.unit_fen,
        bearer=tariff.bearer,
        installer_bp=tariff.installer_bp,
        needs_approval=tariff.needs_approval,
        reason=_("On site on %(n)s days") % {"n": visits},
        made_at=clock.now(),
    )
    charge.state = state_now(charge)
    charge.save()
    note(charge, "charge_second_visit", None)
    tell(charge)
    return charge


@transactional
def keep_sold_charge(
    *,
    order_id: int,
    code: str,
    quantity: int,
    amount_fen: int,
    reason: str,
    actor: User,
    is_paid: bool = False,
) -> ExtraCharge:
    """Keep a charge the customer bought together with the order: agreed and confirmed already.

    The amount is the one that was sold, whatever the tariff says by now; the share is the tariff's,
    also when it was withdrawn since: what was offered binds. The customer pays it, unless that was
    done with the order: then it is the installer's share alone. Refused for a code that the company
    never had a tariff of.
    """
    order = lock_open_order(order_id)
    tariff = tariff_of(code) or _unknown()
    charge = ExtraCharge.objects.create(
        work_order=order,
        code=tariff.code,
        quantity=quantity,
        unit=tariff.unit if tariff.unit_fen else "",
        amount_fen=amount_fen,
        bearer=Bearer.SHOP if is_paid else Bearer.CUSTOMER,
        installer_bp=tariff.installer_bp,
        reason=reason[:200],
        state=State.CONFIRMED,
        made_by=actor,
        made_at=clock.now(),
    )
    note(charge, "charge_added", actor, text=charge.reason)
    record(actor, "charge.sold", order, charge=charge.pk, code=charge.code, amount_fen=amount_fen)
    tell(charge)
    return charge


def _tariff(order: WorkOrder, code: str) -> ChargeTariff:
    tariff = tariff_of(code)
    if tariff is None or not tariff.is_active:
        _unknown()
    words = {"name": tariff.get_code_display(), "n": tariff.most_times}
    refuse_unless(
        open_charges(order).filter(code=code).count() < tariff.most_times,
        "charge.times",
        _("“%(name)s” may be charged %(n)s times per order at most") % words,
    )
    return tariff


def _unknown() -> NoReturn:
    raise Refused("charge.unknown", _("Your company does not charge this; choose another one"))


def _amount(tariff: ChargeTariff, asked: Asked) -> int:
    if tariff.unit_fen:
        refuse_unless(
            1 <= asked.quantity <= MOST_QUANTITY,
            "charge.quantity",
            _("Enter a quantity from 1 to 999"),
        )
        amount = tariff.unit_fen * asked.quantity
    else:
        amount = asked.amount_fen or 0
        refuse_unless(amount > 0, "charge.amount", _("Enter the amount agreed with the customer"))
    words = {
        "name": tariff.get_code_display(),
        "most": formatting.money(tariff.most_fen),
        "amount": formatting.money(amount),
    }
    refuse_unless(
        amount <= tariff.most_fen,
        "charge.most",
        _("“%(name)s” is %(most)s at most, %(amount)s is too much") % words,
    )
    return amount
