"""The dispatcher's board and its parts, each of which can be asked for alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from common.access import Perm, allowed, requires
from common.htmx import unless_unchanged
from dispatch.board.chosen import Chosen, chosen_order, people_around, stamp_of_order, ways_of
from dispatch.board.figures import figures
from dispatch.board.lanes import Lanes, day_lanes
from dispatch.board.pool import waiting_pool
from dispatch.board.weeks import Week, week_rows
from dispatch.forms import BoardFilterForm
from dispatch.selectors import active_assignment, dispatchable_orders
from dispatch.street import street_map, street_tiles
from workorders.crew import helpers_on
from workorders.flow_switches import mode_banner

if TYPE_CHECKING:
    from accounts.requests import StaffRequest
    from dispatch.board.filters import BoardFilter
    from dispatch.board.pool import Pool


@requires(Perm.DISPATCH_VIEW)
@require_GET
def board(request: StaffRequest) -> HttpResponse:
    """Show the whole board with the order of `?order=` or the most pressing one chosen."""
    form = BoardFilterForm(request.GET, actor=request.user)
    chosen = form.chosen()
    pool = waiting_pool(actor=request.user, chosen=chosen)
    number = request.GET.get("order", "")
    tiles = street_tiles()
    context = {
        "filter_form": form,
        "chosen_filter": chosen,
        "pool": pool,
        **_lanes(request, chosen),
        "figures": figures(actor=request.user, chosen=chosen),
        "chosen": _first(request, number, pool),
        "can_assign": allowed(request.user, Perm.DISPATCH_ASSIGN),
        "modes": mode_banner(),
        "has_street": tiles is not None,
    }
    answer = render(request, "dispatch/board.html", context)
    if tiles is None:
        return answer
    # The page may load pictures of the company's own tiles, and of nobody else.
    return with_pictures_of(tiles.origin, answer)


@requires(Perm.DISPATCH_VIEW)
@require_GET
def pool_list(request: StaffRequest) -> HttpResponse:
    """The waiting pool; 204 while the poll's stamp still holds."""
    chosen = _filter(request)
    pool = waiting_pool(actor=request.user, chosen=chosen)
    context = {"pool": pool, "chosen_filter": chosen, "number": request.GET.get("order", "")}
    return unless_unchanged(
        request, pool.stamp, lambda: render(request, "dispatch/_pool.html", context)
    )


@requires(Perm.DISPATCH_VIEW)
@require_GET
def lane_list(request: StaffRequest) -> HttpResponse:
    """The lanes of a day; 204 while the poll's stamp still holds."""
    chosen = _filter(request)
    context = _lanes(request, chosen)
    lanes: Lanes | Week = context["lanes"]
    return unless_unchanged(
        request,
        lanes.stamp,
        lambda: render(request, context["lanes_template"], {**context, "chosen_filter": chosen}),
    )


@requires(Perm.DISPATCH_VIEW)
@require_GET
def figure_list(request: StaffRequest) -> HttpResponse:
    """The figures of today; 204 while the poll's stamp still holds."""
    chosen = _filter(request)
    found = figures(actor=request.user, chosen=chosen)
    context = {"figures": found, "chosen_filter": chosen}
    return unless_unchanged(
        request, found.stamp, lambda: render(request, "dispatch/_figures.html", context)
    )


@requires(Perm.DISPATCH_VIEW)
@require_GET
def order_panel(request: StaffRequest, number: str) -> HttpResponse:
    """The chosen order with its candidates, ranked anew; 204 while nothing it shows has moved."""
    order = get_object_or_404(dispatchable_orders(actor=request.user), number=number)
    stamp = stamp_of_order(order)
    return unless_unchanged(
        request,
        stamp,
        lambda: render(
            request,
            "dispatch/_chosen.html",
            {
                "chosen": chosen_order(order, stamp=stamp),
                "can_assign": allowed(request.user, Perm.DISPATCH_ASSIGN),
            },
        ),
    )


@requires(Perm.DISPATCH_VIEW)
@require_GET
def order_ways(request: StaffRequest, number: str) -> HttpResponse:
    """What the company's map platform says of the ways of those the panel shows.

    Asked for after the panel is on the screen: an answer may take seconds.
    """
    order = get_object_or_404(dispatchable_orders(actor=request.user), number=number)
    return render(request, "dispatch/_ways.html", {"ways": ways_of(order)})


@requires(Perm.DISPATCH_VIEW)
@require_GET
def order_street(request: StaffRequest, number: str) -> HttpResponse:
    """The street map around a site, where the company has one."""
    order = get_object_or_404(dispatchable_orders(actor=request.user), number=number)
    tiles = street_tiles()
    street = street_map(order, people_around(order), tiles) if tiles is not None else None
    if street is None:
        raise Http404
    return render(request, "dispatch/_street.html", {"order": order, "street": street})


@requires(Perm.DISPATCH_VIEW)
@require_GET
def block_menu(request: StaffRequest, number: str) -> HttpResponse:
    """What can be done with a visit on the board: open, reassign, withdraw."""
    order = get_object_or_404(dispatchable_orders(actor=request.user), number=number)
    held = active_assignment(order=order)
    context = {
        "order": order,
        "held": held,
        "helpers": helpers_on(order),
        "can_assign": held is not None and allowed(request.user, Perm.DISPATCH_ASSIGN),
    }
    return render(request, "dispatch/_block_menu.html", context)


def with_pictures_of(origin: str, answer: HttpResponse) -> HttpResponse:
    """Let a page load pictures of one more origin."""
    # As csp.decorators.csp_update does for an origin known beforehand.
    answer._csp_update = {"img-src": [origin]}  # type: ignore[attr-defined]  # read by CSPMiddleware
    return answer


def _lanes(request: StaffRequest, chosen: BoardFilter) -> dict[str, Any]:
    """The days of the installers, or their weeks, with the template that shows them."""
    if chosen.is_week:
        rows = week_rows(actor=request.user, chosen=chosen)
        return {"lanes": rows, "lanes_template": "dispatch/_weeks.html"}
    return {
        "lanes": day_lanes(actor=request.user, chosen=chosen),
        "lanes_template": "dispatch/_lanes.html",
    }


def _filter(request: StaffRequest) -> BoardFilter:
    return BoardFilterForm(request.GET, actor=request.user).chosen()


def _first(request: StaffRequest, number: str, pool: Pool) -> Chosen | None:
    if number:
        order = dispatchable_orders(actor=request.user).filter(number=number).first()
        if order is None:
            raise Http404
        return chosen_order(order)
    return chosen_order(pool.cards[0].order) if pool.cards else None
