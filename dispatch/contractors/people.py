"""Who a contractor is: a payee with a name and a phone, known at an outlet, without a sign-in."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import Installer, SkillGrade
from accounts.roles import Role
from accounts.services.people import add_user
from common.errors import Refused
from common.journal import record
from network.models import OrgUnit

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

Kind = Installer.Kind


def contractors(*, actor: User) -> QuerySet[Installer]:
    """Return the contractors of the outlets in the actor's scope."""
    known = Installer.objects.filter(kind=Kind.CONTRACTOR).select_related("user", "outlet")
    return known if actor.sees_everything else known.filter(outlet__in=actor.units)


def contractor_of(*, name: str, phone: str, outlet: OrgUnit, actor: User | None) -> Installer:
    """Return the contractor with this phone at an outlet, made when there is none yet.

    One person stays one payee, under the name given last. Raises Refused("contractor.staff") for
    the phone of somebody with an account: they are sent as everybody else.
    """
    # Two dispatchers who enter the same person at once make one of them.
    OrgUnit.objects.select_for_update(no_key=True).get(pk=outlet.pk)
    same = Installer.objects.filter(user__phone=phone).select_related("user", "outlet", "grade")
    staff = same.exclude(kind=Kind.CONTRACTOR).filter(is_active=True).first()
    if staff is not None:
        words = _("%(name)s has this phone number and an account: send them from the board")
        raise Refused("contractor.staff", words % {"name": staff.user.display_name})
    known = same.filter(kind=Kind.CONTRACTOR, outlet=outlet).first()
    if known is None:
        return _made(name, phone, outlet, actor)
    if known.user.display_name != name:
        known.user.display_name = name
        known.user.save(update_fields=["display_name"])
        record(actor, "contractor.renamed", known, name=name)
    return known


def _made(name: str, phone: str, outlet: OrgUnit, actor: User | None) -> Installer:
    grade = SkillGrade.objects.order_by("rank").first()
    if grade is None:
        raise Refused("contractor.grade", _("Set up the grades of installers first"))
    user = add_user(
        username=f"wb-{secrets.token_hex(8)}",
        display_name=name,
        role=Role.INSTALLER,
        unit=outlet,
        phone=phone,
        actor=None,
    )
    made = Installer.objects.create(
        user=user,
        outlet=outlet,
        number=f"WB{user.pk}",
        kind=Kind.CONTRACTOR,
        grade=grade,
        is_active=False,
    )
    record(actor, "contractor.added", made, number=made.number)
    return made
