"""Of variants that fit one order the narrower is followed, and those neither of which is are told."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from common import clock
from common.errors import Refused
from network.models import Region
from tests.factories import UserFactory
from tests.workorders.flow_pages import browser, person
from tests.workorders.own_flows import another, edited, publish
from tests.workorders.test_flow_choice import JULY, variant, withdraw
from workorders.flow.overlapping import rivals
from workorders.flow.overlays import read_applies
from workorders.flow_library import overlays
from workorders.models import FlowVersion
from workorders.services.flow_editing import edit_draft
from workorders.services.flow_publishing import publish_draft
from workorders.services.flow_variants import draft_of_variant


def region(*codes):
    return {"fact": "region", "any_of": list(codes)}


def followed_in_july(world):
    with clock.moved_to(JULY):
        return another(world).flow_version.variant


def test_a_citys_variant_goes_before_its_provinces_whatever_they_are_called(world):
    variant("a_province", when=[region("330000")])
    variant("z_city", when=[region("330100")])
    assert followed_in_july(world) == "z_city"


def test_regions_of_the_company_weigh_by_their_level_too(world):
    province = Region.objects.get(pk=world.hangzhou.parent_id)
    variant("a_province", when=[region(province.code)], months=[7])
    variant("z_city", when=[region(world.hangzhou.code)], months=[6, 7, 8])
    assert followed_in_july(world) == "z_city"


def test_of_equal_regions_fewer_months_then_fewer_places_are_narrower(world):
    variant("a", when=[region("330000", "340000")], months=[6, 7, 8])
    variant("b", when=[region("330000", "340000")], months=[7, 8])
    assert followed_in_july(world) == "b"
    variant("c", when=[region("330000")], months=[7, 8])
    assert followed_in_july(world) == "c"


def lies(inner, outer):
    return inner.startswith(outer.rstrip("0"))


BRAND = {"fact": "category", "any_of": ["x"]}


@pytest.mark.parametrize(
    ("one", "other", "are_rivals"),
    [
        ({"when": [region("330100")]}, {"when": [region("330000")]}, False),
        ({"when": [region("330000")]}, {"when": [region("440000")]}, False),
        ({"when": [region("330000")]}, {"when": [region("330000")]}, True),
        ({"when": [region("330000")]}, {"when": [BRAND]}, True),
        ({"when": [region("330000"), BRAND]}, {"when": [BRAND]}, False),
        ({"when": [BRAND]}, {"when": [BRAND | {"any_of": ["y"]}]}, False),
        ({"when": [BRAND]}, {"when": [BRAND | {"any_of": ["x", "y"]}]}, False),
        ({"when": [region("330100")]}, {"when": [{"fact": "region", "none_of": ["330000"]}]}, False),
        ({"when": [region("330000")], "months": [6, 7]},
         {"when": [region("330000")], "months": [7, 8]}, True),
        ({"when": [region("330000")], "months": [6]},
         {"when": [region("330000")], "months": [7]}, False),
        ({"when": [BRAND], "on_demand": True}, {"when": [region("330000")]}, False),
        ({"when": [{"fact": "visits", "below": 2000}]},
         {"when": [{"fact": "visits", "at_least": 2000}]}, False),
        ({"when": [{"fact": "tag", "any_of": ["a"]}]},
         {"when": [{"fact": "tag", "any_of": ["b"]}]}, True),
    ],
)  # fmt: skip
def test_variants_are_rivals_where_an_order_fits_both_and_neither_is_a_case_of_the_other(
    one, other, are_rivals
):
    read = read_applies(one), read_applies(other)
    assert rivals(*read, lies) == rivals(*reversed(read), lies) == are_rivals


@pytest.mark.parametrize(
    ("one", "other"), [("plum_rain", "summer_heat"), ("antifreeze_north", "dust_northwest")]
)
def test_the_librarys_own_seasons_that_meet_in_a_month_are_found(one, other):
    assert rivals(overlays()[one].applies, overlays()[other].applies, lies)


@pytest.fixture
def draft(world):
    for role in (Role.DISPATCHER, Role.FINANCE, Role.REGION_MANAGER, Role.OUTLET_MANAGER):
        UserFactory(role=role, unit=None)
    admin = person()
    begun = draft_of_variant(base=publish(edited()), overlay="", name="盛夏", actor=admin)
    applies = {"when": [region("330100")], "months": [7, 8], "on_demand": False}
    edits = [
        {"op": "stage", "stage": "waiting", "sla_minutes": 15},
        {"op": "applies", "applies": applies},
    ]
    return edit_draft(draft_id=begun.pk, revision=begun.revision, edits=edits, actor=admin).draft


def publish_as_shown(draft, confirmed=()):
    return publish_draft(
        draft_id=draft.pk,
        revision=draft.revision,
        base=0,
        confirmed=confirmed,
        actor=draft.changed_by,
    )


def test_a_variant_that_fits_orders_of_another_is_published_only_when_that_is_confirmed(draft):
    variant("plum", when=[region("330000")], months=[6, 7])
    variant("province", when=[region("330000")])
    variant("south", when=[region("440000")])
    page = browser(draft.changed_by).get(f"/orders/flows/drafts/{draft.pk}/publish/")
    assert page.content.decode().count('value="variants_overlap:') == 1
    with pytest.raises(Refused):
        publish_as_shown(draft)
    publish_as_shown(draft, ["variants_overlap:plum"])
    assert FlowVersion.objects.filter(variant=draft.variant).exists()


def test_a_variant_withdrawn_stands_in_nobodys_way(draft):
    withdraw(variant("plum", when=[region("330000")], months=[6, 7]))
    publish_as_shown(draft)
    assert FlowVersion.objects.filter(variant=draft.variant).exists()


def test_the_designer_of_a_variant_says_that_variants_do_not_combine(draft):
    variant("plum", when=[region("330000")], months=[6, 7])
    page = browser(draft.changed_by).get(f"/orders/flows/drafts/{draft.pk}/").content.decode()
    assert "不会叠加" in page
