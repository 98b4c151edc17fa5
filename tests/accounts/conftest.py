"""A company with headquarters, two branches and people of every role."""

from dataclasses import dataclass

import pytest
from django.utils.translation import override

from accounts.models import Installer, User
from accounts.roles import Role
from network.models import OrgUnit
from tests.factories import InstallerFactory, UnitFactory, UserFactory


@dataclass
class Company:
    """Who and what the tests of people meet."""

    hq: OrgUnit
    branch: OrgUnit
    outlet: OrgUnit
    elsewhere: OrgUnit
    admin: User
    manager: User
    dispatcher: User
    finance: User
    installer: Installer
    stranger: Installer


@pytest.fixture
def company(tenant):
    hq = OrgUnit.objects.get(code="HQ")
    branch = UnitFactory(kind=OrgUnit.Kind.BRANCH, parent=hq, name="华东分公司")
    outlet = UnitFactory(parent=branch, name="西湖网点")
    elsewhere = UnitFactory(parent=hq, name="成都网点")
    return Company(
        hq=hq,
        branch=branch,
        outlet=outlet,
        elsewhere=elsewhere,
        admin=User.objects.get(username="admin"),
        manager=UserFactory(role=Role.REGION_MANAGER, unit=branch),
        dispatcher=UserFactory(unit=outlet),
        finance=UserFactory(role=Role.FINANCE, unit=hq),
        installer=InstallerFactory(outlet=outlet),
        stranger=InstallerFactory(outlet=elsewhere),
    )


@pytest.fixture
def english(client):
    """The browser reads English."""
    client.cookies["lang"] = "en"


@pytest.fixture
def english_words():
    """Words outside a request are English too."""
    with override("en"):
        yield
