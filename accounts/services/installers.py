"""Adds and changes installers: profile, skills, certificates, hours and leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    Certification,
    Installer,
    InstallerSkill,
    Leave,
    Skill,
    SkillGrade,
    User,
    WorkingHours,
)
from accounts.roles import Role
from accounts.services.people import add_user, edit_user
from common.errors import refuse_unless
from common.journal import record

if TYPE_CHECKING:
    from decimal import Decimal

    from network.models import OrgUnit

WEEKDAYS = range(7)
HIGHEST_RANK = 5
# Nine to six on six days: what most companies begin with.
USUAL_HOURS = {weekday: (time(9), time(18)) for weekday in range(6)}


@dataclass(frozen=True, slots=True)
class Profile:
    """What stands in an installer's file; home is WGS-84, radius in metres."""

    display_name: str
    phone: str
    number: str
    outlet: OrgUnit
    grade: SkillGrade
    kind: str = Installer.Kind.INSTALLER
    wecom_userid: str = ""
    home_address: str = ""
    home_lon: Decimal | None = None
    home_lat: Decimal | None = None
    max_jobs_per_day: int = 6
    radius_m: int = 40_000
    joined_on: date | None = None
    rating_x10: int | None = None
    # Codes of trades with the grade rank in each (1 trainee to 5 expert).
    skills: Mapping[str, int] = field(default_factory=dict)
    # Weekday (0 Monday) with from and to; a missing day is free.
    hours: Mapping[int, tuple[time, time]] = field(default_factory=lambda: dict(USUAL_HOURS))


_PLAIN = (
    "number",
    "outlet",
    "grade",
    "kind",
    "home_address",
    "home_lon",
    "home_lat",
    "max_jobs_per_day",
    "radius_m",
    "joined_on",
)


@transaction.atomic
def add_installer(
    *, profile: Profile, username: str, actor: User | None, password: str | None = None
) -> Installer:
    """Add an installer with a sign-in; without a password they come in by invitation.

    Refused as in `add_user`, and "installer.number" for a number in use, "installer.skill" for an
    unknown trade, "installer.hours" for hours that end before they begin.
    """
    _check_number(profile.number, but=None)
    user = add_user(
        username=username,
        display_name=profile.display_name,
        role=Role.INSTALLER,
        unit=profile.outlet,
        phone=profile.phone,
        wecom_userid=profile.wecom_userid,
        password=password,
        actor=actor,
    )
    installer = Installer(user=user, rating_x10=profile.rating_x10)
    _write(installer, profile)
    record(actor, "installer.added", installer, number=installer.number)
    return installer


@transaction.atomic
def edit_installer(*, installer_id: int, profile: Profile, actor: User) -> Installer:
    """Replace an installer's profile, skills and hours; the rating is not typed but earned."""
    installer = Installer.objects.select_for_update().get(pk=installer_id)
    _check_number(profile.number, but=installer)
    edit_user(
        user_id=installer.user_id,
        display_name=profile.display_name,
        phone=profile.phone,
        wecom_userid=profile.wecom_userid,
        role=Role.INSTALLER,
        unit=profile.outlet,
        actor=actor,
    )
    _write(installer, profile)
    record(actor, "installer.edited", installer, number=installer.number)
    return installer


def keep_rating(*, installer_id: int, rating_x10: int) -> None:
    """Keep the rating customers have given an installer, in tenths of a star."""
    Installer.objects.filter(pk=installer_id).exclude(rating_x10=rating_x10).update(
        rating_x10=rating_x10
    )


@transaction.atomic
def keep_certificate(
    *, installer: Installer, code: str, number: str, valid_until: date, actor: User | None
) -> Certification:
    """Add a certificate, or renew the one with this code."""
    kept, _made = Certification.objects.update_or_create(
        installer=installer, code=code, defaults={"number": number, "valid_until": valid_until}
    )
    record(actor, "certificate.kept", kept, code=code, valid_until=valid_until)
    return kept


@transaction.atomic
def remove_certificate(*, certificate: Certification, actor: User) -> None:
    """Take a certificate out of an installer's file; the journal keeps that it was there."""
    record(actor, "certificate.removed", certificate, code=certificate.code)
    certificate.delete()


@transaction.atomic
def add_leave(
    *, installer: Installer, starts_on: date, ends_on: date, reason: str, actor: User | None
) -> Leave:
    """Note days away, both ends included; Refused("leave.overlap") when some are noted already."""
    refuse_unless(
        ends_on >= starts_on, "leave.order", _("The last day cannot come before the first")
    )
    refuse_unless(
        not Leave.objects.filter(
            installer=installer, starts_on__lte=ends_on, ends_on__gte=starts_on
        ).exists(),
        "leave.overlap",
        _("Some of these days are already noted as leave"),
    )
    leave = Leave.objects.create(
        installer=installer, starts_on=starts_on, ends_on=ends_on, reason=reason
    )
    record(actor, "leave.added", leave, starts_on=starts_on, ends_on=ends_on)
    return leave


@transaction.atomic
def remove_leave(*, leave: Leave, actor: User) -> None:
    """Take days away back."""
    record(actor, "leave.removed", leave, starts_on=leave.starts_on, ends_on=leave.ends_on)
    leave.delete()


def _check_number(number: str, *, but: Installer | None) -> None:
    others = Installer.objects.filter(number=number)
    taken = others.exclude(pk=but.pk).exists() if but else others.exists()
    refuse_unless(not taken, "installer.number", _("This staff number is already in use"))


def _write(installer: Installer, profile: Profile) -> None:
    for name in _PLAIN:
        setattr(installer, name, getattr(profile, name))
    installer.save()
    _write_skills(installer, profile.skills)
    _write_hours(installer, profile.hours)


def _write_skills(installer: Installer, ranks: Mapping[str, int]) -> None:
    known = Skill.objects.in_bulk(list(ranks), field_name="code") if ranks else {}
    missing: Sequence[str] = [code for code in ranks if code not in known]
    refuse_unless(
        not missing and all(1 <= rank <= HIGHEST_RANK for rank in ranks.values()),
        "installer.skill",
        _("Choose trades of this company and a grade from 1 to 5"),
    )
    installer.skills.all().delete()
    InstallerSkill.objects.bulk_create(
        InstallerSkill(installer=installer, skill=known[code], rank=rank)
        for code, rank in ranks.items()
    )


def _write_hours(installer: Installer, hours: Mapping[int, tuple[time, time]]) -> None:
    refuse_unless(
        all(day in WEEKDAYS and starts < ends for day, (starts, ends) in hours.items()),
        "installer.hours",
        _("Working hours must end after they begin"),
    )
    installer.hours.all().delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(installer=installer, weekday=weekday, starts=starts, ends=ends)
        for weekday, (starts, ends) in hours.items()
    )
