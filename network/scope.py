"""The person as this package knows them: their unit and everything below it limit what they see."""

from __future__ import annotations

from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models import OrgUnit


def subtree_ids(unit: OrgUnit) -> list[int]:
    """Return the ids of a unit and of every unit below it."""
    return list(OrgUnit.objects.filter(path__startswith=unit.path).values_list("pk", flat=True))


class ScopedUser(AbstractBaseUser):
    """A user who belongs to one unit; the role comes with the package above."""

    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, related_name="people", verbose_name=_("Unit")
    )

    class Meta:
        abstract = True

    @cached_property
    def units(self) -> list[int]:
        """Ids of the user's unit and everything below it; one query per request."""
        return [] if self.unit is None else subtree_ids(self.unit)

    @property
    def sees_everything(self) -> bool:
        """True for people of headquarters."""
        return self.unit is not None and self.unit.kind == OrgUnit.Kind.HQ

    @property
    def scope_label(self) -> str:
        """The unit's name, for the top bar."""
        return self.unit.name if self.unit else ""
