"""Invitations, resets and changes of passwords."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.core.signing import BadSignature, SignatureExpired
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer, User
from accounts.services.people import check_may_manage
from common.errors import Gone, refuse_unless
from common.journal import record
from common.signing import sign, unsign

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

_PURPOSE = "invitation"
INVITATION_DAYS = 7
_DAY_S = 24 * 3600
# Letters and digits nobody mixes up when a password is read out on the phone.
_SPOKEN = "abcdefghjkmnpqrstuvwxyz23456789"
_STARTING_LENGTH = 10


def invitation(user: User) -> str:
    """Return a token that lets this person set a password once, within seven days."""
    return sign(_PURPOSE, [user.pk, _password_state(user)])


def invited_user(token: str) -> User | None:
    """Return who a token invites; None for a foreign or altered one.

    Raises Gone("invitation.used") when it is too old, was used, or a newer one was made.
    """
    gone = Gone(
        "invitation.used",
        _("This link has been used or is older than seven days; ask for a new one"),
    )
    try:
        pk, state = unsign(_PURPOSE, token, max_age_s=INVITATION_DAYS * _DAY_S)
    except SignatureExpired:
        raise gone from None
    except BadSignature:
        return None
    user = User.objects.select_related("unit").filter(pk=pk, is_active=True).first()
    if user is None or not secrets.compare_digest(_password_state(user), str(state)):
        raise gone
    return user


@transaction.atomic
def set_password_by_invitation(*, user_id: int, token: str, password: str) -> User:
    """Set the first password; the token is worthless afterwards, also for a second tab."""
    user = User.objects.select_for_update().get(pk=user_id)
    invited = invited_user(token)
    refuse_unless(
        invited is not None and invited.pk == user.pk,
        "invitation.foreign",
        _("This link belongs to somebody else"),
    )
    _store(user, password)
    record(user, "user.password_set", user)
    return user


@transaction.atomic
def change_password(*, user: User, password: str) -> User:
    """Replace one's own password; every other sign-in of this person ends."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    _store(locked, password)
    record(locked, "user.password_changed", locked)
    return locked


@transaction.atomic
def reset_by_link(*, user_id: int, actor: User) -> str:
    """End a person's sign-ins and return a new invitation; Refused for roles above the actor's."""
    user = User.objects.select_for_update().get(pk=user_id)
    check_may_manage(actor=actor, user=user)
    _refuse_contractor(user)
    user.set_unusable_password()
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record(actor, "user.password_reset", user, way="link")
    return invitation(user)


@transaction.atomic
def reset_by_starting_password(*, user_id: int, actor: User) -> str:
    """Return a random password that opens one page only: the one that changes it."""
    user = User.objects.select_for_update().get(pk=user_id)
    check_may_manage(actor=actor, user=user)
    _refuse_contractor(user)
    password = "".join(secrets.choice(_SPOKEN) for _each in range(_STARTING_LENGTH))
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    record(actor, "user.password_reset", user, way="password")
    return password


def _refuse_contractor(user: User) -> None:
    installer = Installer.objects.filter(user=user).first()
    refuse_unless(
        installer is None or installer.kind != Installer.Kind.CONTRACTOR,
        "user.contractor",
        _("A contractor has no sign-in: they work through the link of an order"),
    )


def _store(user: User, password: str) -> None:
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])


def _password_state(user: AbstractBaseUser) -> str:
    return salted_hmac("accounts.invitation", user.password).hexdigest()[:20]
