"""Putting alerts to rest and waking them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.access import Perm, requires
from common.errors import refuse_unless
from dashboards.boss import alerts_now
from dashboards.forms import RestForm, WakeForm
from dashboards.resting import How, rest_alert, wake_alert
from workorders.requests import finished, is_htmx

if TYPE_CHECKING:
    from django.forms import Form

    from dashboards.rests import Alert
    from workorders.requests import StaffRequest


@requires(Perm.DASHBOARD_BOSS)
@require_POST
def alert_rest(request: StaffRequest) -> HttpResponse:
    """Let an alert rest for whoever asks; one that is gone by itself needs none."""
    typed = _typed(RestForm(request.POST))
    there = alerts_now(request.user)
    alert = there.called(typed["key"])
    if alert is not None:
        rest_alert(
            alert,
            how=How(typed["how"]),
            seen=(typed["newest"], typed["size"]),
            actor=request.user,
            present=there.keys,
        )
    return _list(request, said=alert)


@requires(Perm.DASHBOARD_BOSS)
@require_POST
def alert_wake(request: StaffRequest) -> HttpResponse:
    """Show an alert again that rests."""
    wake_alert(key=_typed(WakeForm(request.POST))["key"], actor=request.user)
    return _list(request)


def _typed(form: Form) -> dict[str, Any]:
    refuse_unless(
        form.is_valid(), "alert.unknown", _("It is not clear which alert is meant. Load the page.")
    )
    return form.cleaned_data


def _list(request: StaffRequest, said: Alert | None = None) -> HttpResponse:
    """Answer with the list as it is now, and with what was just put to rest, to undo it."""
    if not is_htmx(request):
        return finished(request, "dashboards:boss")
    found = alerts_now(request.user)
    at_rest = next((one for one in found.resting if said and one.key == said.key), None)
    context = {"alerts": found.lines, "resting": found.resting, "said": at_rest}
    return render(request, "dashboards/_alerts.html", context)
