"""The service worker of the phone pages."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest
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
