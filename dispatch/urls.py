"""URLs of the dispatch pages."""

from __future__ import annotations

from django.urls import include, path

from dispatch.views import board, crew, offers
from dispatch.views import help as colleagues

app_name = "dispatch"
urlpatterns = [
    path("", board.board, name="board"),
    path("roster/", include("dispatch.urls_roster")),
    path("help/", colleagues.help_rule, name="help-rule"),
    path("pool/", board.pool_list, name="pool-list"),
    path("lanes/", board.lane_list, name="lane-list"),
    path("figures/", board.figure_list, name="figure-list"),
    path("orders/<str:number>/", board.order_panel, name="order-panel"),
    path("orders/<str:number>/menu/", board.block_menu, name="block-menu"),
    path("orders/<str:number>/assign/", offers.order_assign, name="order-assign"),
    path("orders/<str:number>/withdraw/", offers.order_withdraw, name="order-withdraw"),
    path("orders/<str:number>/crew/add/", crew.helper_add, name="helper-add"),
    path("orders/<str:number>/crew/remove/", crew.helper_remove, name="helper-remove"),
    path("orders/<str:number>/crew/shares/", crew.shares_choose, name="shares-choose"),
    path("orders/<str:number>/offer/", offers.order_offer, name="order-offer"),
    path("orders/<str:number>/offer/withdraw/", offers.offer_withdraw, name="offer-withdraw"),
]
