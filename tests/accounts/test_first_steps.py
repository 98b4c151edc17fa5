"""A new company's list: each step knows by itself when it is done."""

import pytest

from accounts.first_steps import first_steps, is_under_way
from accounts.models import User
from catalog.services.packs import import_pack
from network.models import OrgUnit
from network.services import seed_regions
from tests.factories import InstallerFactory, UnitFactory

pytestmark = pytest.mark.usefixtures("tenant", "english", "english_words")


def open_steps():
    return [str(step.label) for step in first_steps() if not step.done]


def test_each_step_is_done_by_doing_it(tenant):
    hq = OrgUnit.objects.get(code="HQ")
    before = open_steps()
    assert before[0] == "Import an industry pack"
    assert before[-1] == "Take in the first order"
    import_pack("ev_chargers", actor=None)
    seed_regions(codes=["330100"])
    branch = UnitFactory(kind=OrgUnit.Kind.BRANCH, parent=hq)
    InstallerFactory(outlet=UnitFactory(parent=branch))
    assert open_steps() == ["Connect a shop", "Take in the first order"]
    assert is_under_way()


def test_every_step_leads_to_a_page_that_opens(tenant, client):
    client.force_login(User.objects.get(username="admin"))
    assert all(step.url for step in first_steps())
    assert [client.get(step.url).status_code for step in first_steps()] == [200] * 7
