"""The service worker of the phone pages, and the page it shows for what it never kept."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from common.access import open_to_all

_SCRIPT = Path(settings.BASE_DIR) / "static" / "js" / "worker.js"


@open_to_all("a browser fetches its worker again without cookies when it likes")
@require_GET
@never_cache
def worker(request: HttpRequest) -> FileResponse:
    """Send the script from /m/, because a worker rules only over what lies beside or below it."""
    return FileResponse(_SCRIPT.open("rb"), content_type="text/javascript")


@open_to_all("the worker keeps it before anybody signs in, for whoever will; it names nobody")
@require_GET
@never_cache
def offline(request: HttpRequest) -> HttpResponse:
    """Show that there is no network, in both languages: it is kept before a person is known."""
    return render(request, "workorders/phone/offline.html")
