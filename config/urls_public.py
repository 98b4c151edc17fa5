"""URLs of the public host: what the product is, sign-up, the way to one's company."""

from django.urls import include, path

urlpatterns = [path("", include("common.urls")), path("", include("tenants.urls_public"))]
handler400 = "common.error_pages.unreadable"
handler404 = "common.error_pages.not_found"
handler403 = "common.error_pages.forbidden"
handler500 = "common.error_pages.broken"
