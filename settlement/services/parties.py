"""Which payee stands behind a party of the rules, for one order; and the accounts of payees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from accounts.models import Installer
from common.remembering import remembered, remembers
from network.models import OrgUnit
from settlement.credit import credited
from settlement.engine.result import FIRST_WORKER, WORKER
from settlement.models import LedgerAccount, Party

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from workorders.models import WorkOrder

Kind = LedgerAccount.Kind
_CHANNELS = {"youzan": "有赞", "tmall": "天猫", "taobao": "淘宝", "manual": "自有渠道"}


class Wanted(NamedTuple):
    """A party as it is found, and as it is made when it is the first to need it."""

    kind: Party.Kind
    key: str
    name: str
    installer: Installer | None = None
    unit: OrgUnit | None = None


CLEARING = Wanted(Party.Kind.CLEARING, "customers", "客户付款")


def installer_party(installer: Installer) -> Party:
    """Return the installer's party."""
    return _party(_of_installer(installer))


def unit_party(unit: OrgUnit) -> Party:
    """Return the unit's party."""
    return _party(_of_unit(unit))


def settling_unit(unit: OrgUnit) -> OrgUnit:
    """Return who settles for a unit: itself or the nearest above that is a branch or headquarters."""
    chain = [*(int(part) for part in unit.path.split(".") if part), unit.pk]
    kinds = [OrgUnit.Kind.BRANCH, OrgUnit.Kind.HQ]
    units = {each.pk: each for each in OrgUnit.objects.filter(pk__in=chain, kind__in=kinds)}
    return next((units[pk] for pk in reversed(chain) if pk in units), None) or _top_unit()


def clearing_party() -> Party:
    """Return the party that stands for what customers paid."""
    return _party(CLEARING)


def channel_party(platform: str) -> Party:
    """Return the party of a shop platform."""
    return _party(_of_channel(platform))


def payees(roles: Iterable[str], order: WorkOrder, installer: Installer) -> dict[str, Party]:
    """Return the payee of each party name of the rules, and of `clearing`; one query when all exist.

    KeyError for a name nobody has.
    """
    wanted = {role: _wanted(role, order, installer) for role in roles} | {"clearing": CLEARING}
    keys = [one.key for one in wanted.values()]
    found = () if remembers() else Party.objects.filter(key__in=keys)
    known = {(party.kind, party.key): party for party in found}
    return {role: known.get((one.kind, one.key)) or _party(one) for role, one in wanted.items()}


@remembered(lambda wanted: (wanted.kind, wanted.key))
def _party(wanted: Wanted) -> Party:
    party, _made = Party.objects.get_or_create(
        kind=wanted.kind,
        key=wanted.key,
        defaults={"name": wanted.name, "installer": wanted.installer, "unit": wanted.unit},
    )
    return party


def _of_installer(installer: Installer) -> Wanted:
    name = installer.user.display_name
    return Wanted(Party.Kind.INSTALLER, str(installer.pk), name, installer=installer)


def _of_unit(unit: OrgUnit) -> Wanted:
    return Wanted(Party.Kind.UNIT, str(unit.pk), unit.name, unit=unit)


def _of_channel(platform: str) -> Wanted:
    return Wanted(Party.Kind.CHANNEL, platform, _CHANNELS.get(platform, platform))


def _wanted(role: str, order: WorkOrder, installer: Installer) -> Wanted:
    if role == WORKER:
        return _of_installer(installer)
    if role.startswith((PERSON, FIRST_PERSON)):
        return _of_installer(_person(int(role.rpartition(":")[2]), order, installer))
    if role == "channel":
        return _of_channel(order.line.order.platform)
    if role == "tax":
        return Wanted(Party.Kind.TAX, "vat", "增值税")
    if role == FIRST_WORKER:
        first = order.rework_of.installer if order.rework_of else None
        return _of_installer(first or installer)
    if role == "clerk":
        clerk = credited(order).clerk
        return Wanted(Party.Kind.CHANNEL, f"clerk:{clerk}", f"导购 {clerk}")
    if role.startswith(UNIT):
        return _of_unit(single_units().get(code=role.removeprefix(UNIT)))
    if role.startswith(SUPPLIER):
        return _of_unit(suppliers().get(code=role.removeprefix(SUPPLIER)))
    return _of_unit(_UNITS[role](order, installer))


def _person(pk: int, order: WorkOrder, installer: Installer) -> Installer:
    """One of several people who share an order."""
    known = (installer, order.installer)
    found = next((one for one in known if one is not None and one.pk == pk), None)
    return found or Installer.objects.select_related("user").get(pk=pk)


def _headquarters(_order: WorkOrder, _installer: Installer) -> OrgUnit:
    return _top_unit()


@remembered(lambda: ())
def _top_unit() -> OrgUnit:
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


def _home_branch(order: WorkOrder, installer: Installer) -> OrgUnit:
    """The branch the installer belongs to: it lends its people to the branch of the site."""
    return settling_unit(installer.outlet)


_UNITS = {
    "hq": _headquarters,
    "branch": _branch,
    "agent": _agent,
    "dealer": _dealer,
    "outlet": _outlet,
    "home_branch": _home_branch,
}
ROLES = (WORKER, "channel", "tax", "clerk", FIRST_WORKER, *_UNITS)
"""The party names a rule set may use, beside `supplier:CODE` and `unit:CODE` for one of them."""
SUPPLIER, UNIT = "supplier:", "unit:"
LONGEST = 20
"""Letters of a party name that fit into a stored line."""
PERSON, FIRST_PERSON = f"{WORKER}:", f"{FIRST_WORKER}:"
"""Before the id of one of several people who share an installer's part, in `Line.payee`."""


def suppliers() -> QuerySet[OrgUnit]:
    """Return the units that are paid as suppliers."""
    return OrgUnit.objects.filter(kind=OrgUnit.Kind.SUPPLIER)


def single_units() -> QuerySet[OrgUnit]:
    """Return the units rules may pay by name, whatever the order: all but suppliers."""
    return OrgUnit.objects.exclude(kind=OrgUnit.Kind.SUPPLIER).exclude(code="")


def unpayable(names: Iterable[str]) -> list[str]:
    """Return the party names nobody stands behind, or that are too long to be stored."""
    asked = list(names)
    known = set(ROLES)
    for prefix, units in ((SUPPLIER, suppliers()), (UNIT, single_units())):
        codes = [name.removeprefix(prefix) for name in asked if name.startswith(prefix)]
        if codes:
            found = units.filter(code__in=codes).values_list("code", flat=True)
            known |= {f"{prefix}{code}" for code in found}
    return [name for name in asked if name not in known or len(name) > LONGEST]


def gone(names: Iterable[str]) -> list[str]:
    """Return the suppliers and units among party names that no unit answers to any more.

    A published version keeps the codes it was proved with; a unit may get another one since.
    """
    return unpayable(sorted(name for name in names if name.startswith((SUPPLIER, UNIT))))


@remembered(lambda party, kind: (party.pk, kind))
def account(party: Party, kind: Kind) -> LedgerAccount:
    """Return the party's account of a kind, made when it is the first to need it."""
    found, _made = LedgerAccount.objects.get_or_create(party=party, kind=kind)
    return found


class Accounts:
    """The accounts of some parties, read in one query and made where they are missing."""

    def __init__(self, parties: Iterable[Party]) -> None:
        found = () if remembers() else LedgerAccount.objects.filter(party__in=list(parties))
        self._known = {(row.party_id, row.kind): row for row in found}

    def of(self, party: Party, kind: Kind) -> LedgerAccount:
        """Return one account."""
        key = (party.pk, kind.value)
        if key not in self._known:
            self._known[key] = account(party, kind)
        return self._known[key]
