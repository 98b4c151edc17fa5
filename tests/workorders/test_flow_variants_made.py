"""A variant keeps its edits over the flow it inherits from, and moves along with it."""

import re

import pytest
from django.urls import reverse

from accounts.roles import Role
from common.errors import Conflict, Refused
from tests.factories import UserFactory
from tests.workorders.flow_pages import browser, person
from tests.workorders.own_flows import edited, publish
from workorders.flow import read_flow
from workorders.flow_drafting import body_of
from workorders.flow_library import overlays
from workorders.flow_list import newest_version
from workorders.flow_variants import fitting
from workorders.models import FlowDraft
from workorders.services.flow_drafts import draft_from_version
from workorders.services.flow_editing import edit_draft
from workorders.services.flow_publishing import publish_draft
from workorders.services.flow_variants import draft_of_variant
from workorders.services.flow_versions import following, publish_version

pytestmark = pytest.mark.django_db
SHORT = {"op": "stage", "stage": "waiting", "sla_minutes": 15}
NORTH = {"when": [{"fact": "region", "any_of": ["230000"]}], "months": [12, 1], "on_demand": False}
SOUTH = NORTH | {"when": [{"fact": "region", "any_of": ["440000"]}]}


@pytest.fixture
def admin(world):
    for role in (Role.DISPATCHER, Role.FINANCE, Role.REGION_MANAGER, Role.OUTLET_MANAGER):
        UserFactory(role=role, unit=None)
    return person()


@pytest.fixture
def base(world):
    return publish(edited())


def begun(base, admin, overlay=""):
    return draft_of_variant(base=base, overlay=overlay, name="北方", actor=admin)


def change(draft, admin, *edits):
    return edit_draft(draft_id=draft.pk, revision=draft.revision, edits=edits, actor=admin).draft


def published(draft, admin):
    newest = newest_version(draft.key, draft.variant)
    return publish_draft(
        draft_id=draft.pk, revision=draft.revision, base=newest.number if newest else 0,
        confirmed=(), actor=admin,
    )  # fmt: skip


def limit(body):
    return read_flow(body).stage("waiting").sla_minutes


def test_a_change_of_a_variant_is_kept_as_an_edit_and_the_flow_stays(base, admin):
    draft = change(begun(base, admin), admin, SHORT, {"op": "applies", "applies": NORTH})
    assert (draft.edits, draft.body, draft.applies) == ([SHORT], {}, NORTH)
    version = published(draft, admin).version
    assert (limit(version.body), version.edits, version.applies) == (15, [SHORT], NORTH)
    base.refresh_from_db()
    assert limit(base.body) == 60


def test_a_variant_for_nobody_in_particular_is_not_published(base, admin):
    with pytest.raises(Refused):
        published(change(begun(base, admin), admin, SHORT), admin)


def test_when_the_flow_moves_on_its_variants_move_along_or_are_named(base, admin):
    fits = change(begun(base, admin), admin, SHORT, {"op": "applies", "applies": NORTH})
    published(fits, admin)
    gone = begun(base, admin)
    gone = change(gone, admin, {"op": "stage", "stage": "en_route", "name": "x"},
                  {"op": "applies", "applies": SOUTH}, {"op": "name", "name": "南方"})  # fmt: skip
    published(gone, admin)
    draft = draft_from_version(version=base, actor=admin)
    draft = change(draft, admin, {"op": "remove", "stage": "en_route"})
    done = published(draft, admin)
    assert [version.name for version in done.carried.versions] == ["北方"]
    assert done.carried.left == ["南方"]
    carried = newest_version(base.key, fits.variant)
    assert carried.number == 2
    assert limit(carried.body) == 15
    assert "en_route" not in [stage["key"] for stage in carried.body["stages"]]


def test_the_librarys_variants_that_fit_are_offered_and_copied_with_whom_they_are_for(base, admin):
    client = browser(admin)
    key = fitting(base.body)[0].key
    url = f"/orders/flows/versions/{base.pk}/variant/"
    assert f'value="{key}"' in client.get(url).content.decode()
    assert client.post(url, {"name": "", "overlay": key}).status_code == 422
    assert client.post(url, {"name": "旺季", "overlay": key}).status_code == 302
    draft = FlowDraft.objects.get()
    assert draft.edits == [dict(edit) for edit in overlays()[key].edits]
    assert body_of(draft) != base.body
    page = client.get(f"/orders/flows/drafts/{draft.pk}/").content.decode()
    assert "x-edits" in page


def test_whom_a_variant_is_for_is_chosen_in_its_form(base, admin):
    draft = begun(base, admin)
    sent = {"part": "flow", "revision": 0, "name": "冬天", "months": ["12", "1"], "when-0-fact": "mark",
            "when-0-how": "any_of", "when-0-codes": ["urgent"]}  # fmt: skip
    url = f"/orders/flows/drafts/{draft.pk}/save/"
    answer = browser(admin).post(url, sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    draft.refresh_from_db()
    assert draft.name == "冬天"
    assert draft.applies == {
        "when": [{"fact": "mark", "any_of": ["urgent"]}], "months": [12, 1], "on_demand": False,
    }  # fmt: skip
    listed = browser(admin).get("/orders/flows/").content.decode()
    assert "冬天" in listed


def test_the_number_of_a_version_taken_meanwhile_is_a_conflict_in_words(base, admin):
    before = newest_version(base.key)
    publish(edited())
    with pytest.raises(Conflict) as found:
        publish_version(following(before, before.body), after=before, actor=admin)
    assert found.value.code == "flow.base"


def test_a_double_click_begins_one_variant(base, admin):
    client = browser(admin)
    url = reverse("workorders:flow-variant-add", args=[base.pk])
    page = client.get(url).content.decode()
    [key] = re.findall(r'name="_idempotency_key" value="([^"]+)"', page)
    said = {"name": "北方", "overlay": "", "_idempotency_key": key}
    answers = [client.post(url, said).status_code for _n in range(2)]
    assert answers == [302, 302]
    assert FlowDraft.objects.count() == 1
