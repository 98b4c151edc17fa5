"""Users for every role and a few hundred installers with skills, certificates and hours."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from accounts.models import (
    Certification,
    Installer,
    InstallerSkill,
    Skill,
    SkillGrade,
    User,
    WorkingHours,
)
from accounts.roles import Role
from catalog.services.packs import shipped_pack
from common import clock
from config.demo.network import near
from config.demo.plan import PASSWORD, person, phone
from network.models import OrgUnit

if TYPE_CHECKING:
    from random import Random

    from config.demo.network import Place
    from config.demo.plan import Company

# Sign-in name, role, and whether the person stands at headquarters, in the first branch or outlet.
STAFF = (
    ("diaodu", Role.DISPATCHER, "hq"),
    ("caiwu", Role.FINANCE, "hq"),
    ("jingli", Role.REGION_MANAGER, "branch"),
    ("dianzhang", Role.OUTLET_MANAGER, "outlet"),
)
INSTALLER = "shifu"
_GRADES = (("G2", 2), ("G3", 3), ("G3", 3), ("G4", 4), ("G5", 4))


def build_people(company: Company, places: list[Place], random: Random) -> None:
    """Write staff and installers; installers but the first cannot sign in (no password)."""
    first = places[0].outlet
    units = {
        "hq": OrgUnit.objects.get(kind=OrgUnit.Kind.HQ, parent=None),
        "branch": first.parent,
        "outlet": first,
    }
    for n, (username, role, where) in enumerate(STAFF):
        user = User(
            username=username,
            display_name=person(random),
            phone=phone(9000 + n),
            role=role,
            unit=units[where],
            wecom_userid=username,
        )
        user.set_password(PASSWORD)
        user.save()
    _installers(company, places, random)


def _installers(company: Company, places: list[Place], random: Random) -> None:
    pack = shipped_pack(company.pack)
    skills = {skill.code: skill for skill in Skill.objects.all()}
    grades = {grade.code: grade for grade in SkillGrade.objects.all()}
    today = clock.business_day()
    people: list[Installer] = []
    for n in range(company.installers):
        place = places[n % len(places)]
        # The first installer, whose sign-in is printed, can do everything.
        code, _rank = _GRADES[(n or 3) % len(_GRADES)]
        user = User(
            username=INSTALLER if n == 0 else f"{INSTALLER}{n:03d}",
            display_name=person(random),
            phone=phone(n),
            role=Role.INSTALLER,
            unit=place.outlet,
            wecom_userid=f"{company.slug}-{n:03d}",
        )
        if n == 0:
            user.set_password(PASSWORD)
        else:
            user.set_unusable_password()
        user.save()
        assert place.outlet.lon is not None  # noqa: S101 - build_network gave it one
        assert place.outlet.lat is not None  # noqa: S101 - as above
        lon, lat = near((float(place.outlet.lon), float(place.outlet.lat)), random, 0.08)
        people.append(
            Installer(
                user=user,
                outlet=place.outlet,
                number=f"{company.short}-{n + 1:04d}",
                grade=grades[code],
                home_lon=lon,
                home_lat=lat,
                rating_x10=random.randint(42, 50),
                max_jobs_per_day=6,
                radius_m=45_000,
                joined_on=today - timedelta(days=random.randint(200, 2500)),
            )
        )
    Installer.objects.bulk_create(people)
    _abilities(people, [need.code for need in pack.skills], skills, random)
    _certificates(people, [need.code for need in pack.certificates], random)
    _hours(people, random)


def _abilities(
    people: list[Installer], codes: list[str], skills: dict[str, Skill], random: Random
) -> None:
    """Most know most trades of their company; the first of an outlet knows all of them."""
    rows: list[InstallerSkill] = []
    for n, installer in enumerate(people):
        rank = dict(_GRADES)[installer.grade.code]
        known = codes if n < len(people) // 3 else random.sample(codes, k=max(2, len(codes) - 2))
        rows += [
            InstallerSkill(installer=installer, skill=skills[code], rank=rank) for code in known
        ]
    InstallerSkill.objects.bulk_create(rows)


def _certificates(people: list[Installer], codes: list[str], random: Random) -> None:
    """Nearly all are valid; a few end within the month and a few have ended."""
    today = clock.business_day()
    rows: list[Certification] = []
    for n, installer in enumerate(people):
        for code in codes:
            if n >= len(people) // 3 and random.random() < 0.15:
                continue
            days = random.choices(
                [random.randint(120, 1400), random.randint(5, 28), -random.randint(3, 60)],
                [93, 4, 3],
            )[0]
            rows.append(
                Certification(
                    installer=installer,
                    code=code,
                    number=f"T{random.randrange(10**11, 10**12)}",
                    valid_until=today + timedelta(days=days if n else 900),
                )
            )
    Certification.objects.bulk_create(rows)


def _hours(people: list[Installer], random: Random) -> None:
    """Eight to eight with one free weekday; the first installer works every day."""
    WorkingHours.objects.bulk_create(
        WorkingHours(installer=installer, weekday=weekday, starts=time(8), ends=time(20))
        for n, installer in enumerate(people)
        for free in [random.randrange(7) if n else -1]
        for weekday in range(7)
        if weekday != free
    )
