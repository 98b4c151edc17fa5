"""URLs of a company's host (and of the platform's own host)."""

from django.urls import include, path

urlpatterns = [
    path("", include("common.urls")),
    path("", include("accounts.urls")),
    path("network/", include("network.urls")),
    path("catalog/", include("catalog.urls")),
    path("customers/", include("customers.urls")),
    path("orders/", include("workorders.urls")),
    path("m/", include("workorders.urls_phone")),
    path("m/", include("dispatch.urls_phone")),
    path("m/", include("settlement.urls_phone")),
    path("m/", include("integrations.urls_phone")),
    path("agree/", include("workorders.urls_customer")),
    path("book/", include("dispatch.urls_customer")),
    path("work/", include("dispatch.urls_contractor")),
    path("", include("workorders.urls_public")),
    path("report/", include("workorders.urls_report")),
    path("answer/", include("workorders.urls_question")),
    path("code/", include("workorders.urls_code")),
    path("dispatch/", include("dispatch.urls")),
    path("settlement/", include("settlement.urls")),
    path("integrations/", include("integrations.urls")),
    path("hooks/", include("integrations.urls_hooks")),
    path("dashboards/", include("dashboards.urls")),
    path("tasks/", include("common.outbox.urls")),
    path("platform/", include("tenants.urls_platform")),
]
handler400 = "common.error_pages.unreadable"
handler404 = "common.error_pages.not_found"
handler403 = "common.error_pages.forbidden"
handler500 = "common.error_pages.broken"
