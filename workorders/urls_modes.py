"""URLs of where orders stand still, of temporary modes, and of moves between versions of flows."""

from __future__ import annotations

from django.urls import path

from workorders.views import bottlenecks, insertions, moves, switches

urlpatterns = [
    path("bottlenecks/", bottlenecks.bottleneck_list, name="bottleneck-list"),
    path("<order_number:number>/nudge/", bottlenecks.order_nudge, name="order-nudge"),
    path("modes/news/", switches.mode_news, name="mode-news"),
    path("modes/", switches.switch_list, name="switch-list"),
    path("modes/new/", switches.switch_add, name="switch-add"),
    path("modes/<int:pk>/end/", switches.switch_end, name="switch-end"),
    path("moves/", moves.move_list, name="move-list"),
    path("moves/insert/", insertions.insertion, name="insertion"),
    path("moves/from/<int:pk>/", moves.move_start, name="move-start"),
    path("moves/<int:pk>/", moves.move_detail, name="move-detail"),
    path("moves/<int:pk>/cancel/", moves.move_cancel, name="move-cancel"),
]
