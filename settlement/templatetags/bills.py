"""Words and gaps of reconciling; no arithmetic in templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _

from common.formatting import money, yuan
from settlement.bills import selectors, shops
from settlement.bills.causes import CAUSES
from settlement.models import BillLine

if TYPE_CHECKING:
    from settlement.bills.totals import Total, Totals
    from settlement.models import BillAction, BillPosition

register = template.Library()


@register.filter
def cause_words(cause: str) -> str:
    """{{ position.cause|cause_words }} → why it stands where it does."""
    return str(CAUSES.get(cause, ""))


@register.filter
def platform_words(platform: str) -> str:
    """{{ position.platform|platform_words }} → 天猫."""
    return shops.platform_words(platform)


@register.filter
def kind_words(kind: str) -> str:
    """{{ line.kind|kind_words }} → Payment."""
    return str(BillLine.Kind(kind).label)


@register.filter
def age_days(position: BillPosition) -> int:
    """{{ position|age_days }} → days since it began."""
    return selectors.age_days(position)


@register.filter
def gross_gap(position: BillPosition) -> int:
    """What the bill has more of customers' money."""
    return position.bill_gross_fen - position.own_gross_fen


@register.filter
def fee_gap(position: BillPosition) -> int | None:
    """What the platform took more; None where the books hold no fee."""
    return None if position.own_fee_fen is None else position.bill_fee_fen - position.own_fee_fen


@register.filter
def net_gap(position: BillPosition) -> int | None:
    """What arrived more than the books say."""
    own = position.own_net_fen
    return None if own is None else position.bill_net_fen - own


@register.filter
def payee_gap(position: BillPosition) -> int | None:
    """What payees get more than is left; None where that is not theirs to share."""
    own = position.own_net_fen
    return None if own is None or position.payable_fen is None else position.payable_fen - own


@register.filter
def accepted_net(position: BillPosition) -> int:
    """What was accepted of the difference."""
    return position.accepted_gross_fen - position.accepted_fee_fen


@register.filter
def action_net(action: BillAction) -> int:
    """What an action moved."""
    return action.gross_fen - action.fee_fen


@register.filter
def bare_yuan(fen: int) -> str:
    """{{ fen|bare_yuan }} → 0.05, for values of inputs."""
    return yuan(fen)


@register.simple_tag
def bill_accepted(total: Total) -> str:
    """How much of a difference was accepted."""
    return _("%(amount)s of it accepted") % {"amount": money(total.accepted_fen, signed=True)}


@register.simple_tag
def bill_open(totals: Totals) -> str:
    """How many exceptions wait."""
    return _("%(n)s exceptions wait") % {"n": totals.open}
