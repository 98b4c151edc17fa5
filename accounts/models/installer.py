"""Installers: skills with grades, certificates that expire, hours, home and rating."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.homes import home_point
from common.clock import business_day
from common.fields import AmountField
from network.models import OrgUnit

WARNING_DAYS = 30


class SkillGrade(models.Model):
    """A grade such as junior or senior; the rank orders them."""

    code = models.CharField(_("Code"), max_length=10)
    name = models.CharField(_("Name"), max_length=20)
    rank = models.PositiveSmallIntegerField(_("Rank"))

    class Meta:
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["code"], name="grade_code_once")]

    def __str__(self) -> str:
        return self.name


class Skill(models.Model):
    """A trade an installer can have, such as air conditioners."""

    code = models.CharField(_("Code"), max_length=30)
    name = models.CharField(_("Name"), max_length=40)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["code"], name="skill_code_once")]

    def __str__(self) -> str:
        return self.name


class Installer(models.Model):
    """A person who works on site."""

    class Kind(models.TextChoices):
        INSTALLER = "installer", _("Installer")
        ENGINEER = "engineer", _("Engineer")
        CONTRACTOR = "contractor", _("Contractor")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="installer", verbose_name=_("User")
    )
    outlet = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="installers", verbose_name=_("Service outlet")
    )
    number = models.CharField(_("Staff number"), max_length=20)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.INSTALLER)
    grade = models.ForeignKey(
        SkillGrade, models.PROTECT, related_name="installers", verbose_name=_("Grade")
    )
    home_address = models.CharField(_("Home address"), max_length=200, blank=True)
    home_lon = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    home_lat = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    rating_x10 = models.PositiveSmallIntegerField(_("Rating (tenths)"), null=True, blank=True)
    max_jobs_per_day = models.PositiveSmallIntegerField(_("Jobs a day at most"), default=6)
    radius_m = AmountField(_("Works within metres"), default=40_000)
    joined_on = models.DateField(_("Joined on"), null=True, blank=True)
    is_active = models.BooleanField(_("Active"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], name="installer_number_once")]
        indexes = [GistIndex(home_point(), name="installer_home")]

    def __str__(self) -> str:
        return self.user.display_name

    @property
    def may_have_orders(self) -> bool:
        """Whether an order may be given to them.

        A contractor is never active: nobody plans, asks or lists them, and they have what they are
        given by hand.
        """
        able = self.is_active or self.kind == self.Kind.CONTRACTOR
        return able and self.user.is_active


class InstallerSkill(models.Model):
    """An installer's grade in one trade."""

    installer = models.ForeignKey(Installer, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="holders")
    rank = models.PositiveSmallIntegerField(_("Grade rank"), default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["installer", "skill"], name="skill_once")]

    def __str__(self) -> str:
        return f"{self.installer_id}:{self.skill_id}"


class Certification(models.Model):
    """A certificate with its last valid day."""

    installer = models.ForeignKey(Installer, models.CASCADE, related_name="certifications")
    code = models.CharField(_("Certificate"), max_length=30)
    number = models.CharField(_("Number"), max_length=60, blank=True)
    valid_until = models.DateField(_("Valid until"))

    class Standing(models.TextChoices):
        VALID = "valid", _("Valid")
        ENDING = "ending", _("Expires soon")
        EXPIRED = "expired", _("Expired")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["installer", "code"], name="cert_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def standing(self) -> Standing:
        """Valid, about to expire (thirty days or less), or expired; the last day still counts."""
        left = (self.valid_until - business_day()).days
        if left < 0:
            return self.Standing.EXPIRED
        return self.Standing.ENDING if left <= WARNING_DAYS else self.Standing.VALID


class WorkingHours(models.Model):
    """Regular hours on one weekday (0 = Monday), Chinese wall clock."""

    installer = models.ForeignKey(Installer, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("Weekday"))
    starts = models.TimeField(_("From"))
    ends = models.TimeField(_("To"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["installer", "weekday"], name="hours_once_a_weekday")
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts}-{self.ends}"


class Leave(models.Model):
    """Days an installer is away, both ends included."""

    installer = models.ForeignKey(Installer, models.CASCADE, related_name="leaves")
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    reason = models.CharField(_("Reason"), max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="leave_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}–{self.ends_on}"
