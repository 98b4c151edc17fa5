"""A company with a pack, regions of the north-east and the south, and people of every level."""

from dataclasses import dataclass

import pytest

from accounts.models import User
from accounts.roles import Role
from catalog.models import ServiceItem
from catalog.services.packs import import_pack
from network.models import OrgUnit, Region
from network.services import seed_regions
from tests.factories import UnitFactory, UserFactory


@dataclass
class Shelf:
    """What the tests of the catalog meet."""

    admin: User
    manager: User
    dispatcher: User
    regions: dict[str, Region]
    item: ServiceItem


@pytest.fixture
def shelf(tenant, client):
    client.cookies["lang"] = "en"
    hq = OrgUnit.objects.get(code="HQ")
    branch = UnitFactory(kind=OrgUnit.Kind.BRANCH, parent=hq)
    regions = seed_regions(codes=["230100", "440100"], branches={"230000": branch})
    import_pack("bathrooms", actor=None)
    return Shelf(
        admin=User.objects.get(username="admin"),
        manager=UserFactory(role=Role.REGION_MANAGER, unit=branch),
        dispatcher=UserFactory(unit=branch),
        regions=regions,
        item=ServiceItem.objects.get(code="BA-WATERPROOF"),
    )
