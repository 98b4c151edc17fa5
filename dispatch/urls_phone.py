"""URLs of the dispatch pages on the phone."""

from __future__ import annotations

from django.urls import path

from dispatch.views import help as colleagues
from dispatch.views import phone_day, phone_pool, phone_roster, support

app_name = "dispatch-phone"
urlpatterns = [
    path("pool/", phone_pool.pool, name="pool"),
    path("pool/<int:offer_id>/claim/", phone_pool.offer_claim, name="offer-claim"),
    path("route/", phone_day.route, name="route"),
    path("demand/", phone_day.demand, name="demand"),
    path("share/", phone_day.share, name="share"),
    path("rewards/", phone_day.rewards, name="rewards"),
    path("rewards/choose/", phone_day.rewards_choose, name="rewards-choose"),
    path("roster/", phone_roster.roster, name="roster"),
    path("roster/leave/", phone_roster.leave_ask, name="leave-ask"),
    path(
        "roster/leave/<int:request_id>/withdraw/",
        phone_roster.leave_withdraw,
        name="leave-withdraw",
    ),
    path("roster/wish/", phone_roster.wish, name="roster-wish"),
    path("support/<int:pk>/answer/", support.support_answer, name="support-answer"),
    path("help/", colleagues.wanted, name="help-wanted"),
    path("help/<int:help_id>/answer/", colleagues.help_answer, name="help-answer"),
    path("help/<str:number>/", colleagues.help_asked, name="help-asked"),
    path("help/<str:number>/people/", colleagues.help_people, name="help-people"),
    path("help/<str:number>/ask/", colleagues.help_ask, name="help-ask"),
    path("help/<str:number>/withdraw/", colleagues.help_withdraw, name="help-withdraw"),
    path(
        "help/<str:number>/people/<int:installer_id>/number/",
        colleagues.help_number,
        name="help-number",
    ),
]
