"""Who signs in: one role, one unit whose subtree is what they see."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role, perms_of
from network.models import OrgUnit
from network.selectors import subtree_ids

if TYPE_CHECKING:
    from common.access import Perm

    _Users = BaseUserManager["User"]
else:
    _Users = BaseUserManager


class UserManager(_Users):
    """Looks users up by name."""


class User(AbstractBaseUser):
    """A person of one tenant; the role says what, the unit says where."""

    username = models.CharField(_("Sign-in name"), max_length=40)
    display_name = models.CharField(_("Name"), max_length=40)
    phone = models.CharField(_("Phone"), max_length=20, blank=True)
    role = models.CharField(_("Role"), max_length=20, choices=Role.choices)
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, related_name="people", verbose_name=_("Unit")
    )
    wecom_userid = models.CharField(_("WeCom account"), max_length=64, blank=True)
    is_active = models.BooleanField(_("Active"), default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # django-stubs

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
        return (
            self.role != Role.INSTALLER
            and self.unit is not None
            and self.unit.kind == OrgUnit.Kind.HQ
        )

    @cached_property
    def units(self) -> list[int]:
        """Ids of the user's unit and everything below it; one query per request."""
        return [] if self.unit is None else subtree_ids(self.unit)

    @property
    def is_installer(self) -> bool:
        """True for people who work on the phone."""
        return self.role == Role.INSTALLER

    @property
    def scope_label(self) -> str:
        """The unit's name, for the top bar."""
        return self.unit.name if self.unit else ""
