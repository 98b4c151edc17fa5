"""A region's manager designs variants for their own regions; headquarters publishes them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.roles import Role
from common.errors import Forbidden, Refused
from network.models import Region
from tests.factories import RegionFactory, UserFactory
from tests.workorders.flow_pages import browser
from tests.workorders.own_flows import edited, publish
from workorders.models import FlowDraft, FlowVersion, StaffNotice
from workorders.services.flow_drafts import discard_draft, draft_from_version
from workorders.services.flow_editing import edit_draft, undo_draft
from workorders.services.flow_handing_in import hand_in
from workorders.services.flow_variants import draft_of_variant
from workorders.staff_words import notice_words

RENAMED = {"op": "stage", "stage": "waiting", "name": "华东待派"}


@pytest.fixture
def manager(world):
    return UserFactory(role=Role.REGION_MANAGER, unit=world.east)


@pytest.fixture
def zhejiang(world):
    return world.hangzhou.parent


@pytest.fixture
def base(world):
    return publish(edited())


@pytest.fixture
def draft(base, manager):
    return draft_of_variant(base=base, overlay="", name="华东流程", actor=manager)


def for_regions(*codes):
    when = [{"fact": "region", "any_of": list(codes)}]
    return {"op": "applies", "applies": {"when": when, "months": [], "on_demand": False}}


def test_a_new_variant_of_a_manager_is_for_the_widest_regions_they_answer_for(draft, zhejiang):
    assert draft.applies["when"] == [{"fact": "region", "any_of": [zhejiang.code]}]


def test_a_manager_changes_their_variant_and_takes_it_back(draft, manager):
    kept = edit_draft(draft_id=draft.pk, revision=0, edits=[RENAMED], actor=manager).draft
    assert kept.edits == [RENAMED]
    assert undo_draft(draft_id=draft.pk, revision=1, actor=manager).edits == []
    discard_draft(draft_id=draft.pk, actor=manager)
    assert not FlowDraft.objects.exists()


def test_a_variant_may_become_narrower_and_never_one_for_other_regions(draft, manager, world):
    narrower = for_regions(world.hangzhou.code)
    assert edit_draft(draft_id=draft.pk, revision=0, edits=[narrower], actor=manager).draft
    sichuan = Region.objects.get(name="成都").code
    for wider in (for_regions(world.hangzhou.code, sichuan), for_regions(sichuan)):
        with pytest.raises(Forbidden):
            edit_draft(draft_id=draft.pk, revision=1, edits=[wider], actor=manager)
    nobody = {"op": "applies", "applies": {"when": [], "months": [7], "on_demand": False}}
    with pytest.raises(Forbidden):
        edit_draft(draft_id=draft.pk, revision=1, edits=[nobody], actor=manager)
    assert FlowDraft.objects.get().applies == narrower["applies"]


def test_flows_themselves_and_variants_of_others_are_not_a_managers(base, manager, world, draft):
    with pytest.raises(Forbidden):
        draft_from_version(version=base, actor=manager)
    west = UserFactory(role=Role.REGION_MANAGER, unit=world.west)
    for act in (
        lambda: edit_draft(draft_id=draft.pk, revision=0, edits=[RENAMED], actor=west),
        lambda: undo_draft(draft_id=draft.pk, revision=0, actor=west),
        lambda: discard_draft(draft_id=draft.pk, actor=west),
        lambda: hand_in(draft_id=draft.pk, revision=0, actor=west),
    ):
        with pytest.raises(Forbidden):
            act()
    dispatcher = world.dispatcher
    with pytest.raises(Forbidden):
        edit_draft(draft_id=draft.pk, revision=0, edits=[RENAMED], actor=dispatcher)


def test_who_answers_for_no_region_begins_no_variant(base, world):
    outside = UserFactory(role=Role.REGION_MANAGER, unit=world.stranger.unit)
    with pytest.raises(Forbidden):
        draft_of_variant(base=base, overlay="", name="我的", actor=outside)
    RegionFactory(name="北京", branch=world.stranger.unit)
    assert draft_of_variant(base=base, overlay="", name="我的", actor=outside)


def test_a_manager_hands_in_and_headquarters_publishes(draft, manager, world):
    edit_draft(draft_id=draft.pk, revision=0, edits=[RENAMED], actor=manager)
    mine, hq = browser(manager), browser(world.admin)
    page = mine.get(reverse("workorders:flow-publish", args=[draft.pk])).content.decode()
    assert "x-hand-in" in page
    assert "x-publish-now" not in page
    sent = {"revision": 1, "base": 0}
    url = reverse("workorders:flow-hand-in", args=[draft.pk])
    assert mine.post(url, {"revision": 0}).status_code == 409
    assert mine.post(url, sent).status_code in (302, 204)
    notice = StaffNotice.objects.get(user=world.admin)
    assert "华东流程" in notice_words(notice)
    now = reverse("workorders:flow-publish-now", args=[draft.pk])
    assert mine.post(now, sent).status_code == 403
    assert "x-publish-now" in hq.get(notice.page).content.decode()
    assert FlowVersion.objects.filter(variant=draft.variant).count() == 0


def test_a_variant_with_faults_is_not_handed_in(draft, manager):
    nobody = {"key": "x", "name": "x", "from": ["waiting"], "to": "on_hold", "roles": []}
    edits = [{"op": "add_way", "way": nobody}]
    edit_draft(draft_id=draft.pk, revision=0, edits=edits, actor=manager)
    with pytest.raises(Refused):
        hand_in(draft_id=draft.pk, revision=1, actor=manager)


def test_the_list_offers_a_manager_their_variants_and_a_new_one(draft, manager, world):
    page = browser(manager).get(reverse("workorders:flow-list")).content.decode()
    assert reverse("workorders:flow-variant-add", args=[draft_base(draft).pk]) in page
    assert reverse("workorders:flow-draft", args=[draft.pk]) in page
    assert "x-discard" in draft_page(manager, draft)
    west = UserFactory(role=Role.REGION_MANAGER, unit=world.west)
    assert "x-discard" not in draft_page(west, draft)


def draft_base(draft):
    return FlowVersion.objects.filter(key=draft.key, variant="").latest("number")


def draft_page(person, draft):
    return browser(person).get(reverse("workorders:flow-draft", args=[draft.pk])).content.decode()
