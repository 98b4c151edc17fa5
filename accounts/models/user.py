"""Who signs in: one role, one unit whose subtree is what they see."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role, perms_of
from network.scope import ScopedUser

if TYPE_CHECKING:
    from common.access import Perm

    _Users = BaseUserManager["User"]
else:
    _Users = BaseUserManager


class UserManager(_Users):
    """Looks users up by name."""


class User(ScopedUser):
    """A person of one tenant; the role says what, the unit says where."""

    username = models.CharField(_("Sign-in name"), max_length=40)
    display_name = models.CharField(_("Name"), max_length=40)
    phone = models.CharField(_("Phone"), max_length=20, blank=True)
    role = models.CharField(_("Role"), max_length=20, choices=Role.choices)
    wecom_userid = models.CharField(_("WeCom account"), max_length=64, blank=True)
    is_active = models.BooleanField(_("Active"), default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["username"], name="username_once")]

    def __str__(self) -> str:
        return self.display_name

    def has(self, perm: Perm) -> bool:
        """Return True when the role carries the permission and the user is active."""
        return self.is_active and perm in perms_of(self.role)

    @property
    def sees_everything(self) -> bool:
        """True for people of headquarters who are not installers."""
        return self.role != Role.INSTALLER and super().sees_everything

    @property
    def is_installer(self) -> bool:
        """True for people who work on the phone."""
        return self.role == Role.INSTALLER
