"""What an installer looks at beside their visits: the way through the day, demand, shares, points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.journal import idempotent
from dispatch.phone_demand import DAYS, demand_around
from dispatch.phone_route import HEIGHT, WIDTH, route_of
from dispatch.rewards import choose_rewards, rewards_of
from dispatch.sharing import own_share

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import Installer, User
    from accounts.requests import StaffRequest


@requires(Perm.ORDER_WORK)
@require_GET
def route(request: StaffRequest) -> HttpResponse:
    """Show today's visits in the order they are driven."""
    found = route_of(installer=own(request))
    context = {"route": found, "width": WIDTH, "height": HEIGHT}
    return render(request, "dispatch/phone/route.html", context)


def route_panel(request: HttpRequest, _user: User) -> SafeString:
    """The way to the route, on the day; nothing for who has no visits of their own."""
    if getattr(request.user, "installer", None) is None:
        return SafeString("")
    return render_to_string("dispatch/phone/_route_link.html", {}, request)


def own(request: StaffRequest) -> Installer:
    """Return the installer who asks; 404 for anybody else."""
    found: Installer | None = getattr(request.user, "installer", None)
    if found is None:
        raise Http404
    return found


@requires(Perm.ORDER_WORK)
@require_GET
def demand(request: StaffRequest) -> HttpResponse:
    """Show open jobs and average pay by district."""
    found = demand_around(installer=own(request))
    return render(request, "dispatch/phone/demand.html", {"demand": found, "days": DAYS})


@requires(Perm.ORDER_WORK)
@require_GET
def share(request: StaffRequest) -> HttpResponse:
    """Show one's own share of offers, jobs and pay beside the middle of the team."""
    return render(request, "dispatch/phone/share.html", {"share": own_share(own(request))})


@requires(Perm.ORDER_WORK)
@require_GET
def rewards(request: StaffRequest) -> HttpResponse:
    """Show one's own points and achievements to who wants them."""
    return render(request, "dispatch/phone/rewards.html", {"rewards": rewards_of(own(request))})


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent
def rewards_choose(request: StaffRequest) -> HttpResponse:
    """Show them from now on, or no longer."""
    wanted = request.POST.get("wanted") == "1"
    choose_rewards(installer=own(request), wanted=wanted, actor=request.user)
    return redirect("dispatch-phone:rewards")
