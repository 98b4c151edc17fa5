"""The dispatch policy: who may set it, what it may be, what it changes, and the try on yesterday."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from common import clock
from common.errors import Conflict, Refused
from common.journal.models import AuditRecord
from common.outbox import drain
from dispatch.engine.facts import Weights
from dispatch.models import DispatchPolicy, PolicyPreview
from dispatch.planning.previewing import publish_policy, read_result, start_preview
from dispatch.policy import (
    LIMITS,
    PRESETS,
    current_weights,
    is_fair_bounded,
    refuse_bad_weights,
    weights_for,
)
from dispatch.services.assigning import assign
from dispatch.services.candidates import ranked_candidates
from tests.dispatch.town import MONDAY, at_once, person, waiting
from workorders.models import WorkOrder

THRIFTY = PRESETS["thrifty"]


def publish(town, weights, note=""):
    preview = start_preview(weights=weights, actor=town.admin)
    drain(strict=True)
    return publish_policy(preview_id=preview.pk, note=note, actor=town.admin)


def entered(**changes):
    """The balanced weights as the form sends them."""
    values = {
        "fen_per_km": "1.20", "fen_per_hour": "30", "delay_fen_per_hour": "4",
        "surplus_fen_per_rank": "5", "load_fen_per_job": "3", "rating_fen_per_tenth": "1",
        "usual_fen": "20", "fairness_bp": "20", "fairness_max_fen": "15", "earning_bp": "10",
    }  # fmt: skip
    return values | changes


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_keeps_the_limits(name):
    refuse_bad_weights(PRESETS[name])


@pytest.mark.parametrize("name", LIMITS)
def test_a_weight_outside_its_limits_is_refused(name):
    for wrong in (-1, LIMITS[name] + 1):
        with pytest.raises(Refused):
            refuse_bad_weights(replace(Weights(), **{name: wrong}))


def test_fairness_is_worth_at_most_a_day_of_waiting():
    most = 8 * Weights().delay_fen_per_hour
    assert is_fair_bounded(replace(Weights(), fairness_max_fen=most))
    with pytest.raises(Refused):
        refuse_bad_weights(replace(Weights(), fairness_max_fen=most + 1))


def test_a_pressing_order_never_looks_at_fairness(town):
    order = waiting(town)
    WorkOrder.objects.filter(pk=order.pk).update(due_at=None)
    order.refresh_from_db()
    assert weights_for(order, now=MONDAY).fairness_bp
    order.urgent = True
    assert weights_for(order, now=MONDAY).fairness_max_fen == 0
    order.urgent, order.due_at = False, MONDAY + timedelta(hours=4)
    assert weights_for(order, now=MONDAY).fairness_max_fen == 0


def test_published_weights_change_who_is_recommended(town):
    near, rated = person(town, km=1), person(town, km=3, rating_x10=50)
    order = waiting(town)
    assert ranked_candidates(order=order)[0].installer == rated
    publish(town, replace(Weights(), rating_fen_per_tenth=0))
    assert ranked_candidates(order=order)[0].installer == near


def test_versions_are_numbered_kept_and_written_into_the_journal(town):
    publish(town, THRIFTY, "双十一")
    publish(town, PRESETS["punctual"])
    assert list(DispatchPolicy.objects.order_by("number").values_list("number", "preset")) == [
        (1, "thrifty"),
        (2, "punctual"),
    ]
    assert current_weights() == PRESETS["punctual"]
    told = AuditRecord.objects.filter(action="dispatch_policy.published").order_by("pk")
    assert told[0].details["note"] == "双十一"
    assert told[0].details["earning_bp"] == 10_000


def test_a_preview_of_before_somebody_else_published_is_not_published(town):
    mine = start_preview(weights=THRIFTY, actor=town.admin)
    drain(strict=True)
    publish(town, PRESETS["familiar"])
    with pytest.raises(Conflict):
        publish_policy(preview_id=mine.pk, note="", actor=town.admin)


def test_a_preview_says_who_would_have_got_yesterdays_orders(town):
    near, rated = person(town, km=1), person(town, km=3, rating_x10=50)
    order = waiting(town)
    assign(order_id=order.pk, installer_id=near.pk, actor=town.dispatcher)
    with clock.moved_to(MONDAY + timedelta(days=1)):
        preview = start_preview(
            weights=replace(Weights(), rating_fen_per_tenth=0), actor=town.admin
        )
        drain(strict=True)
    preview.refresh_from_db()
    result = read_result(preview.result)
    assert (result.orders, result.changed) == (1, 1)
    (row,) = result.rows
    assert (row.number, row.old, row.new) == (
        order.number,
        rated.user.display_name,
        near.user.display_name,
    )
    assert result.new.travel_m < result.old.travel_m
    assert (result.old.unassigned, result.new.unassigned) == (0, 0)


def test_headquarters_alone_sets_the_policy(town, client):
    client.force_login(town.admin)
    address = reverse("dispatch:policy")
    answer = client.post(address, entered(usual_fen="25"))
    assert answer.status_code == 302
    preview = PolicyPreview.objects.get()
    assert preview.weights["usual_fen"] == 2_500
    assert preview.preset == "own"
    page = reverse("dispatch:policy-preview", args=[preview.pk])
    assert client.get(page).status_code == 200
    drain(strict=True)
    done = reverse("dispatch:policy-progress", args=[preview.pk])
    assert client.get(done).status_code == 286
    publishing = reverse("dispatch:policy-publish", args=[preview.pk])
    assert client.post(publishing, {"note": "试用"}).status_code == 302
    assert DispatchPolicy.objects.get().note == "试用"
    client.force_login(town.dispatcher)
    assert client.get(address).status_code == 403
    assert client.post(publishing).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"fen_per_km": "20.01"},
        {"fen_per_km": "-1"},
        {"fen_per_km": "1.005"},
        {"usual_fen": "viel"},
        {"earning_bp": "101"},
        {"fairness_max_fen": "32.01"},
        {"load_fen_per_job": ""},
    ],
)
def test_what_cannot_be_is_shown_at_its_field(town, client, wrong):
    client.force_login(town.admin)
    answer = client.post(reverse("dispatch:policy"), entered(**wrong))
    assert answer.status_code == 422
    assert f"id_{next(iter(wrong))}-error" in answer.content.decode()
    assert not PolicyPreview.objects.exists()


def test_the_form_of_a_preset_sends_that_preset(town, client):
    client.force_login(town.admin)
    form = client.get(reverse("dispatch:policy") + "?preset=thrifty").context["form"]
    sent = {name: form[name].field.prepare_value(form[name].value()) for name in form.fields}
    client.post(reverse("dispatch:policy"), sent)
    assert PolicyPreview.objects.get().preset == "thrifty"


@pytest.mark.commits
def test_of_two_who_publish_at_once_one_wins(town, tenant):
    previews = [
        start_preview(weights=PRESETS[name], actor=town.admin) for name in ("thrifty", "familiar")
    ]
    drain(strict=True)
    found = at_once(
        tenant,
        [
            lambda pk=each.pk: publish_policy(preview_id=pk, note="", actor=town.admin)
            for each in previews
        ],
    )
    assert sorted(type(each).__name__ for each in found) == ["Conflict", "DispatchPolicy"]
    assert DispatchPolicy.objects.count() == 1
