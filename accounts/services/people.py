"""Adds, changes, disables and enables the people who sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer, User
from accounts.roles import Role, grantable
from common.errors import refuse_unless
from common.journal import record
from network.models import OrgUnit

if TYPE_CHECKING:
    from network.scope import ScopedUser

_EDITABLE = ("display_name", "phone", "wecom_userid", "role", "unit")


@transaction.atomic
def add_user(
    *,
    username: str,
    display_name: str,
    role: str,
    unit: OrgUnit,
    actor: User | None,
    phone: str = "",
    wecom_userid: str = "",
    password: str | None = None,
    must_change_password: bool = False,
) -> User:
    """Add a person; without a password they come in by invitation alone.

    `actor` None is the system. Refused: "user.name" (name in use), "user.role" (a role above the
    actor's own), "user.unit" (outside the actor's scope), "user.place" (role and unit do not fit).
    """
    refuse_unless(
        not User.objects.filter(username=username).exists(),
        "user.name",
        _("This sign-in name is already in use"),
    )
    _check_place(actor=actor, role=role, unit=unit)
    user = User(
        username=username,
        display_name=display_name,
        role=role,
        unit=unit,
        phone=phone,
        wecom_userid=wecom_userid,
        must_change_password=must_change_password,
    )
    user.set_password(password)
    user.save()
    record(actor, "user.added", user, role=str(role), unit=unit.code)
    return user


@transaction.atomic
def edit_user(
    *,
    user_id: int,
    display_name: str,
    phone: str,
    wecom_userid: str,
    role: str,
    unit: OrgUnit,
    actor: User,
) -> User:
    """Change a person's facts; Refused as in `add_user`, and "user.self" for one's own role."""
    user = User.objects.select_for_update().get(pk=user_id)
    check_may_manage(actor=actor, user=user)
    moved = (user.role, user.unit_id) != (role, unit.pk)
    if moved:
        refuse_unless(
            user.pk != actor.pk,
            "user.self",
            _("You cannot change your own role or unit; ask another administrator"),
        )
        refuse_unless(
            Role.INSTALLER not in (user.role, role) or user.role == role,
            "user.installer",
            _("An installer stays one; add a second sign-in for work at a desk"),
        )
        _check_place(actor=actor, role=role, unit=unit)
        _keep_an_administrator(user)
    before = {name: str(getattr(user, name)) for name in _EDITABLE}
    user.display_name, user.phone, user.wecom_userid = display_name, phone, wecom_userid
    user.role, user.unit = role, unit
    user.save(update_fields=_EDITABLE)
    after = {name: str(getattr(user, name)) for name in _EDITABLE}
    changed = [name for name in _EDITABLE if before[name] != after[name]]
    record(actor, "user.edited", user, changed=changed)
    return user


@transaction.atomic
def disable_user(*, user_id: int, actor: User) -> User:
    """Lock a person out at once, also where they are signed in; an installer gets no more work."""
    user = User.objects.select_for_update().get(pk=user_id)
    check_may_manage(actor=actor, user=user)
    refuse_unless(
        user.pk != actor.pk,
        "user.self",
        _("You cannot disable yourself; ask another administrator"),
    )
    _keep_an_administrator(user)
    return _set_active(user, False, actor)


@transaction.atomic
def enable_user(*, user_id: int, actor: User) -> User:
    """Let a disabled person in again."""
    user = User.objects.select_for_update().get(pk=user_id)
    check_may_manage(actor=actor, user=user)
    return _set_active(user, True, actor)


def check_may_manage(*, actor: User, user: User) -> None:
    """Refused("user.above") when the person's role stands above what the actor may give."""
    refuse_unless(
        user.role in grantable(actor.role),
        "user.above",
        _("This person's role stands above yours; ask headquarters"),
    )


def may_place(*, actor: ScopedUser, unit: OrgUnit) -> bool:
    """Return whether a unit lies in the actor's scope."""
    return actor.sees_everything or unit.pk in actor.units


def _check_place(*, actor: User | None, role: str, unit: OrgUnit) -> None:
    if actor is not None:
        refuse_unless(
            role in grantable(actor.role),
            "user.role",
            _("You cannot give a role above your own"),
        )
        refuse_unless(
            may_place(actor=actor, unit=unit),
            "user.unit",
            _("This unit is outside your scope"),
        )
    refuse_unless(
        role != Role.HQ_ADMIN or unit.kind == OrgUnit.Kind.HQ,
        "user.place",
        _("An administrator of headquarters belongs to headquarters"),
    )
    refuse_unless(
        role != Role.REGION_MANAGER or unit.kind in (OrgUnit.Kind.BRANCH, OrgUnit.Kind.HQ),
        "user.place",
        _("A region manager belongs to a branch"),
    )


def _keep_an_administrator(user: User) -> None:
    if user.role != Role.HQ_ADMIN:
        return
    others = User.objects.select_for_update().filter(role=Role.HQ_ADMIN, is_active=True)
    refuse_unless(
        others.exclude(pk=user.pk).exists(),
        "user.last",
        _("This is the last administrator; name another one first"),
    )


def _set_active(user: User, active: bool, actor: User) -> User:
    user.is_active = active
    user.save(update_fields=["is_active"])
    staff = Installer.objects.filter(user=user).exclude(kind=Installer.Kind.CONTRACTOR)
    staff.update(is_active=active)
    record(actor, "user.enabled" if active else "user.disabled", user)
    return user
