"""What a trigger calls or reaches is chosen from what the company has, and typed where it has none."""

from __future__ import annotations

import pytest

from integrations.models import Webhook
from settlement.services.publishing import publish_preset
from workorders.flow_choices import FlowChoices
from workorders.forms.flow_trigger import ActionForm

pytestmark = pytest.mark.usefixtures("world")


def action(kind: str, **own: str) -> ActionForm:
    return ActionForm(initial={"action": kind, **own}, choices=FlowChoices(None))


def offered(form: ActionForm, name: str) -> list[str]:
    return [value for value, _word in form.fields[name].choices]


def test_a_webhook_is_chosen_among_those_in_use_and_an_old_one_stays():
    assert not hasattr(action("webhook").fields["hook"], "choices")
    for code, is_active in (("erp", True), ("gone", False)):
        Webhook.objects.create(
            code=code, name=code.upper(), url="https://example.com/", is_active=is_active
        )
    assert offered(action("webhook"), "hook") == ["", "erp"]
    assert offered(action("webhook", hook="gone"), "hook") == ["", "erp", "gone"]
    posted = {"action": "webhook", "hook": "typed"}
    assert not ActionForm(posted, choices=FlowChoices(None)).is_valid()
    assert ActionForm(posted | {"hook": "erp"}, choices=FlowChoices(None)).is_valid()


def test_a_milestone_is_chosen_among_those_the_rules_wait_for():
    publish_preset("home_appliances", actor=None)
    assert "followed_up" in offered(action("release_milestone"), "milestone")
    own = offered(action("release_milestone", milestone="roof_done"), "milestone")
    assert own[-1] == "roof_done"
