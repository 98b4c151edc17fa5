"""Whose money a bridge is about: everybody the actor may see, one kind of payee, or one payee."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from network.models import OrgUnit
from settlement.models import Party

if TYPE_CHECKING:
    from accounts.models import User

_UNIT = "unit-"


class Choice(NamedTuple):
    """One kind of payee to choose."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Whose:
    """Some payees; `party` when it is one of them."""

    value: str
    label: str
    found: QuerySet[Party]
    party: Party | None = None

    def parties(self) -> QuerySet[Party]:
        """Return the payees, to look for in the ledger."""
        return self.found.order_by()


def visible_payees(*, actor: User) -> QuerySet[Party]:
    """Return the payees whose statements the actor may read; never the customers' payments."""
    found = Party.objects.exclude(kind=Party.Kind.CLEARING)
    if actor.sees_everything:
        return found
    return found.filter(Q(installer__outlet__in=actor.units) | Q(unit__in=actor.units))


def kinds_of_payees(*, actor: User) -> list[Choice]:
    """Return the kinds to choose from; the first is everybody."""
    rows = visible_payees(actor=actor).order_by().values_list("kind", "unit__kind").distinct()
    kinds = sorted({_choice(kind, unit_kind) for kind, unit_kind in rows})
    return [Choice("", _("All payees")), *kinds]


def whose(value: str, *, actor: User) -> Whose | None:
    """Return whose money is asked for (`installer`, `unit-branch`, an id); None: not yours."""
    found = visible_payees(actor=actor)
    if not value:
        return Whose("", _("All payees"), found)
    if value.isascii() and value.isdecimal() and len(value) < 18:
        one = found.filter(pk=int(value))
        party = one.first()
        return Whose(value, party.name, one, party) if party else None
    choice = next((one for one in kinds_of_payees(actor=actor) if one.value == value), None)
    if choice is None:
        return None
    if value.startswith(_UNIT):
        kept = found.filter(kind=Party.Kind.UNIT, unit__kind=value.removeprefix(_UNIT))
    else:
        kept = found.filter(kind=value)
    return Whose(value, choice.label, kept)


def _choice(kind: str, unit_kind: str | None) -> Choice:
    if unit_kind:
        return Choice(f"{_UNIT}{unit_kind}", str(OrgUnit.Kind(unit_kind).label))
    return Choice(kind, str(Party.Kind(kind).label))
