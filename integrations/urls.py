"""URLs of the integrations pages."""

from __future__ import annotations

from django.urls import path

from integrations.views import connections, maps, webhooks

app_name = "integrations"
urlpatterns = [
    path("", connections.connection_list, name="connection-list"),
    path("add/<slug:platform>/", connections.connection_add, name="connection-add"),
    path("webhooks/", webhooks.webhook_list, name="webhook-list"),
    path("webhooks/add/", webhooks.webhook_edit, name="webhook-add"),
    path("webhooks/<int:pk>/", webhooks.webhook_edit, name="webhook-edit"),
    path("maps/", maps.map_settings, name="map-settings"),
    path("maps/tiles/", maps.map_tiles, name="map-tiles"),
    path("maps/try/", maps.map_try, name="map-try"),
    path("<int:pk>/", connections.connection_detail, name="connection-detail"),
    path("<int:pk>/edit/", connections.connection_edit, name="connection-edit"),
    path("<int:pk>/try/", connections.connection_try, name="connection-try"),
    path("<int:pk>/pull/", connections.connection_pull, name="connection-pull"),
    path("<int:pk>/replay/", connections.order_replay, name="order-replay"),
    path("events/<int:pk>/", connections.event_detail, name="event-detail"),
    path("events/<int:pk>/replay/", connections.event_replay, name="event-replay"),
]
