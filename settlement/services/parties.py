"""Which payee stands behind a party of the rules, for one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from network.models import OrgUnit
from settlement.models import LedgerAccount, Party

if TYPE_CHECKING:
    from accounts.models import Installer
    from workorders.models import WorkOrder


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


def _headquarters() -> OrgUnit:
    return OrgUnit.objects.get(kind=OrgUnit.Kind.HQ, parent=None)


def _branch(order: WorkOrder) -> OrgUnit:
    return order.settled_by or _headquarters()


def _agent(order: WorkOrder) -> OrgUnit:
    branch = _branch(order)
    return branch.agent or branch


def _dealer(order: WorkOrder) -> OrgUnit:
    return order.sold_by if order.sold_by.kind == OrgUnit.Kind.DEALER else _branch(order)


def payees(order: WorkOrder, installer: Installer) -> dict[str, Party]:
    """Return the payee of every party name a rule set may use."""
    units = {
        "hq": _headquarters(),
        "branch": _branch(order),
        "agent": _agent(order),
        "dealer": _dealer(order),
        "outlet": order.served_by or installer.outlet,
    }
    platform = order.line.order.platform
    return {
        "installer": installer_party(installer),
        "channel": _other(Party.Kind.CHANNEL, platform, platform),
        "tax": _other(Party.Kind.TAX, "vat", "增值税"),
        **{name: unit_party(unit) for name, unit in units.items()},
    }


def account(party: Party, kind: LedgerAccount.Kind) -> LedgerAccount:
    """Return the party's account of a kind, made when it is the first to need it."""
    found, _made = LedgerAccount.objects.get_or_create(party=party, kind=kind)
    return found
