"""Photos customers sent with a repair request, for those who may see its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from common.access import signed_in
from common.sending import send_stored
from workorders.request_photos import visible_request_photos

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from workorders.requests import StaffRequest


@signed_in
@require_GET
def request_photo(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Send one photo; it is a JPEG whatever was uploaded."""
    found = get_object_or_404(visible_request_photos(actor=request.user), pk=pk)
    name = f"request-{found.pk}.jpg"
    return send_stored(request, found.file, content_type="image/jpeg", filename=name)
