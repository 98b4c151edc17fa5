"""What accepting a difference would move, and who may bear it."""

from __future__ import annotations

from typing import NamedTuple

from network.models import OrgUnit
from settlement.models import BillPosition, LedgerAccount, Party
from settlement.services.parties import channel_party


class Effect(NamedTuple):
    """What accepting would move on one account, in whole fen."""

    party: str
    account: str
    amount_fen: int


def bearers(position: BillPosition) -> list[OrgUnit]:
    """Return the units that may bear a difference, headquarters first."""
    line = position.shop_line
    order = getattr(line, "work_order", None) if line else None
    top = OrgUnit.objects.filter(kind=OrgUnit.Kind.HQ, parent=None).first()
    found = [top, order.settled_by if order else None, order.sold_by if order else None]
    return list(dict.fromkeys(unit for unit in found if unit is not None))


def effects(position: BillPosition, bearer: OrgUnit) -> list[Effect]:
    """Return what accepting the difference would post; nothing is written."""
    gross_fen, fee_fen = open_parts(position)
    clearing, available = LedgerAccount.Kind.CLEARING.label, LedgerAccount.Kind.AVAILABLE.label
    found = [
        Effect(str(Party.Kind.CLEARING.label), str(clearing), -gross_fen),
        Effect(channel_party(position.platform).name, str(available), fee_fen),
        Effect(bearer.name, str(available), gross_fen - fee_fen),
    ]
    return [one for one in found if one.amount_fen]


def open_parts(position: BillPosition) -> tuple[int, int]:
    """Return what is open of customers' money and of the platform's fee, in whole fen."""
    fee = 0 if _fee_unknown(position) else position.bill_fee_fen - (position.own_fee_fen or 0)
    gross = position.bill_gross_fen - position.own_gross_fen
    return gross - position.accepted_gross_fen, fee - position.accepted_fee_fen


def _fee_unknown(position: BillPosition) -> bool:
    # By the cause: what people decided about it stands in the place of its state.
    return position.own_fee_fen is None and position.cause != "unknown"
