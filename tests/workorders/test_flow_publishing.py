"""A draft becomes the next frozen version: without faults, with warnings confirmed, once."""

import pytest

from accounts.models import User
from accounts.roles import Role
from common.errors import Conflict, Refused
from tests.factories import UserFactory
from tests.workorders.flow_pages import browser, person
from tests.workorders.own_flows import another, edited, publish
from workorders.flow import read_flow
from workorders.flow_differences import differences
from workorders.models import FlowDraft, FlowVersion
from workorders.services.flow_drafts import draft_from_version
from workorders.services.flow_editing import edit_draft
from workorders.services.flow_publishing import publish_draft

pytestmark = pytest.mark.django_db
LATE_WHERE_NO_TIME_PASSES = {
    "op": "trigger",
    "trigger": {
        "key": "t",
        "on": "overdue",
        "stage": "done",
        "do": [{"action": "add_tag", "tag": "x"}],
    },
}
RENAMED = {"op": "stage", "stage": "waiting", "name": "等派单"}


@pytest.fixture
def admin(world):
    for role in (Role.DISPATCHER, Role.FINANCE, Role.REGION_MANAGER, Role.OUTLET_MANAGER):
        UserFactory(role=role, unit=None)
    return person()


@pytest.fixture
def version(world):
    return publish(edited())


@pytest.fixture
def draft(version, admin):
    return draft_from_version(version=version, actor=admin)


def change(draft, admin, *edits):
    return edit_draft(draft_id=draft.pk, revision=draft.revision, edits=edits, actor=admin).draft


def published(draft, admin, **given):
    wanted = {"revision": draft.revision, "base": draft.started_from.number, "confirmed": ()}
    return publish_draft(draft_id=draft.pk, actor=admin, **(wanted | given)).version


def test_the_next_order_begins_with_what_was_published_and_the_one_before_keeps_its_version(
    world, draft, admin, version
):
    old = another(world)
    new_version = published(change(draft, admin, RENAMED), admin)
    assert new_version.number == version.number + 1
    assert not FlowDraft.objects.exists()
    assert another(world).flow_version_id == new_version.pk
    old.refresh_from_db()
    assert old.flow_version_id == version.pk
    version.refresh_from_db()
    assert version.body == edited()


def test_nobody_publishes_a_flow_in_which_orders_get_stuck(draft, admin):
    draft = change(draft, admin, LATE_WHERE_NO_TIME_PASSES)
    with pytest.raises(Refused):
        published(draft, admin)
    page = browser(admin).get(f"/orders/flows/drafts/{draft.pk}/publish/").content.decode()
    assert "x-publish-now" not in page


def test_a_warning_is_confirmed_by_name_before_publishing(draft, admin):
    User.objects.filter(role=Role.FINANCE).update(is_active=False)
    draft = change(draft, admin, {"op": "stage", "stage": "in_review", "role": "finance"})
    with pytest.raises(Refused):
        published(draft, admin)
    client = browser(admin)
    page = client.get(f"/orders/flows/drafts/{draft.pk}/publish/").content.decode()
    assert 'value="stage_role_not_held:in_review"' in page
    sent = {"revision": draft.revision, "base": draft.started_from.number,
            "warning": ["stage_role_not_held:in_review"]}  # fmt: skip
    assert client.post(f"/orders/flows/drafts/{draft.pk}/publish/now/", sent).status_code == 302
    assert FlowVersion.objects.latest("pk").published_by == admin


def test_what_was_not_seen_is_not_published(draft, admin):
    seen = draft.revision
    change(draft, person(), RENAMED)
    with pytest.raises(Conflict):
        published(draft, admin, revision=seen)


def test_the_second_of_two_who_publish_is_told_and_makes_no_second_version(draft, admin):
    published(draft, admin)
    with pytest.raises(Conflict):
        published(draft, admin)
    assert FlowVersion.objects.filter(key=draft.key, published_by=admin).count() == 1


def test_a_version_published_meanwhile_is_looked_at_first(draft, admin):
    publish(edited(RENAMED))
    with pytest.raises(Conflict):
        published(draft, admin)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (RENAMED, {("changed", "等派单")}),
        ({"op": "stage", "stage": "waiting", "sla_minutes": 5}, {("changed", "待派单")}),
        ({"op": "remove", "stage": "en_route"}, {("removed", "上门途中")}),
        ({"op": "trigger", "trigger": {"key": "t", "on": "entered", "stage": "waiting",
          "do": [{"action": "add_tag", "tag": "x"}]}}, {("added", "t")}),
    ],
)  # fmt: skip
def test_what_differs_is_told_in_words(edit, told):
    found = differences(read_flow(edited()), read_flow(edited(edit)))
    assert all(any(d.mark == mark and name in d.what for d in found) for mark, name in told)
    assert differences(read_flow(edited()), read_flow(edited())) == []
