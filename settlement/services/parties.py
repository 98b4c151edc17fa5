"""Which payee stands behind a party of the rules, for one order; and the accounts of payees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from network.models import OrgUnit
from settlement.models import LedgerAccount, Party

if TYPE_CHECKING:
    from accounts.models import Installer
    from workorders.models import WorkOrder

Kind = LedgerAccount.Kind
_CHANNELS = {"youzan": "有赞", "tmall": "天猫", "taobao": "淘宝", "manual": "自有渠道"}


def installer_party(installer: Installer) -> Party:
    """Return the installer's party."""
    party, _made = Party.objects.get_or_create(
        kind=Party.Kind.INSTALLER,
        key=str(installer.pk),
        defaults={"installer": installer, "name": installer.user.display_name},
    )
    return party


def unit_party(unit: OrgUnit) -> Party:
    """Return the unit's party."""
    party, _made = Party.objects.get_or_create(
        kind=Party.Kind.UNIT, key=str(unit.pk), defaults={"unit": unit, "name": unit.name}
    )
    return party


def _other(kind: Party.Kind, key: str, name: str) -> Party:
    party, _made = Party.objects.get_or_create(kind=kind, key=key, defaults={"name": name})
    return party


def clearing_party() -> Party:
    """Return the party that stands for what customers paid."""
    return _other(Party.Kind.CLEARING, "customers", "客户付款")


def payee(role: str, order: WorkOrder, installer: Installer) -> Party:
    """Return who stands behind a party name of the rules; KeyError for a name nobody has."""
    if role == "installer":
        return installer_party(installer)
    if role == "channel":
        platform = order.line.order.platform
        return _other(Party.Kind.CHANNEL, platform, _CHANNELS.get(platform, platform))
    if role == "tax":
        return _other(Party.Kind.TAX, "vat", "增值税")
    return unit_party(_UNITS[role](order, installer))


def payees(roles: Iterable[str], order: WorkOrder, installer: Installer) -> dict[str, Party]:
    """Return the payee of each party name."""
    return {role: payee(role, order, installer) for role in roles}


def _headquarters(_order: WorkOrder, _installer: Installer) -> OrgUnit:
    return OrgUnit.objects.get(kind=OrgUnit.Kind.HQ, parent=None)


def _branch(order: WorkOrder, installer: Installer) -> OrgUnit:
    return order.settled_by or _headquarters(order, installer)


def _agent(order: WorkOrder, installer: Installer) -> OrgUnit:
    branch = _branch(order, installer)
    return branch.agent or branch


def _dealer(order: WorkOrder, installer: Installer) -> OrgUnit:
    sold_by = order.sold_by
    return sold_by if sold_by.kind == OrgUnit.Kind.DEALER else _branch(order, installer)


def _outlet(order: WorkOrder, installer: Installer) -> OrgUnit:
    return order.served_by or installer.outlet


_UNITS = {
    "hq": _headquarters,
    "branch": _branch,
    "agent": _agent,
    "dealer": _dealer,
    "outlet": _outlet,
}
ROLES = ("installer", "channel", "tax", *_UNITS)
"""The party names a rule set may use."""


def account(party: Party, kind: Kind) -> LedgerAccount:
    """Return the party's account of a kind, made when it is the first to need it."""
    found, _made = LedgerAccount.objects.get_or_create(party=party, kind=kind)
    return found
