"""Telling payees that their money goes elsewhere from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.models import User
from accounts.roles import Role, perms_of
from common.access import Perm
from workorders.services.staff_notices import tell_staff

if TYPE_CHECKING:
    from settlement.models import Party

_READ_STATEMENTS = [role for role in Role if Perm.STATEMENT_VIEW in perms_of(role)]


def tell_payee(party: Party, *, bank: str, digits: str, actor: User) -> None:
    """Leave a notice for an installer, or for who reads a unit's statements; not for the actor."""
    if party.installer is not None:
        people, page = [party.installer.user], reverse("settlement-phone:account")
    else:
        found = User.objects.filter(unit=party.unit, is_active=True, role__in=_READ_STATEMENTS)
        people, page = list(found) if party.unit_id else [], ""
    tell_staff(
        None, people, code="account_changed", sender=actor, page=page, bank=bank, digits=digits
    )
