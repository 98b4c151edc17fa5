"""An installer's file: profile, skills, hours, certificates and leave, each with its limits."""

from dataclasses import replace
from datetime import date, time

import pytest

from accounts.models import Installer, Skill, User
from accounts.services import installers
from common.errors import Refused
from tests.factories import GradeFactory, InstallerFactory, UnitFactory

pytestmark = pytest.mark.usefixtures("tenant")


@pytest.fixture
def admin():
    return User.objects.get(username="admin")


@pytest.fixture
def profile():
    Skill.objects.get_or_create(code="AC", defaults={"name": "空调"})
    return installers.Profile(
        display_name="刘海涛",
        phone="13900000001",
        number="A1",
        outlet=UnitFactory(),
        grade=GradeFactory(),
        skills={"AC": 3},
        hours={0: (time(8), time(17))},
    )


def test_a_new_installer_has_a_sign_in_skills_and_hours(admin, profile):
    installer = installers.add_installer(profile=profile, username="liu", actor=admin)
    assert installer.user.is_installer
    assert installer.user.unit == profile.outlet
    assert [(s.skill.code, s.rank) for s in installer.skills.all()] == [("AC", 3)]
    assert [(h.weekday, h.ends) for h in installer.hours.all()] == [(0, time(17))]


def test_editing_replaces_skills_and_moves_the_sign_in_along(admin, profile):
    installer = installers.add_installer(profile=profile, username="liu", actor=admin)
    elsewhere = UnitFactory()
    changed = replace(profile, skills={}, hours={}, outlet=elsewhere)
    installers.edit_installer(installer_id=installer.pk, profile=changed, actor=admin)
    installer = Installer.objects.get(pk=installer.pk)
    assert not installer.skills.exists()
    assert not installer.hours.exists()
    assert installer.user.unit == elsewhere


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"skills": {"NONE": 2}}, "installer.skill"),
        ({"skills": {"AC": 6}}, "installer.skill"),
        ({"hours": {0: (time(18), time(9))}}, "installer.hours"),
        ({"hours": {7: (time(9), time(18))}}, "installer.hours"),
    ],
)
def test_an_impossible_profile_is_refused_whole(admin, profile, change, code):
    with pytest.raises(Refused) as refusal:
        installers.add_installer(profile=replace(profile, **change), username="liu", actor=admin)
    assert refusal.value.code == code
    assert not User.objects.filter(username="liu").exists()


def test_a_staff_number_is_given_once(admin, profile):
    installers.add_installer(profile=profile, username="liu", actor=admin)
    with pytest.raises(Refused) as refusal:
        installers.add_installer(profile=profile, username="liu2", actor=admin)
    assert refusal.value.code == "installer.number"


def test_a_renewed_certificate_replaces_the_old_one(admin):
    installer = InstallerFactory()
    for year in (2025, 2028):
        installers.keep_certificate(
            installer=installer,
            code="CERT-LV",
            number="1",
            valid_until=date(year, 1, 1),
            actor=admin,
        )
    assert [c.valid_until.year for c in installer.certifications.all()] == [2028]


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(4, 6, "leave.overlap"), (1, 30, "leave.overlap"), (12, 11, "leave.order"), (6, 8, None)],
)
def test_leave_days_never_overlap(admin, first, last, code):
    installer = InstallerFactory()

    def add(start, end):
        installers.add_leave(
            installer=installer,
            starts_on=date(2026, 6, start),
            ends_on=date(2026, 6, end),
            reason="",
            actor=admin,
        )

    add(3, 5)
    if code is None:
        add(first, last)
        return
    with pytest.raises(Refused) as refusal:
        add(first, last)
    assert refusal.value.code == code
