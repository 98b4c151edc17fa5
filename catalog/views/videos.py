"""The company's own videos of steps, for everybody who works in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from catalog.videos import videos
from common.access import signed_in
from common.sending import send_stored

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from catalog.requests import StaffRequest


@signed_in
@require_GET
def step_video(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Send one video, in parts on request; it is MP4 to the browser whatever is in it."""
    found = get_object_or_404(videos(), pk=pk)
    name = f"step-{found.pk}.mp4"
    return send_stored(request, found.file, content_type="video/mp4", filename=name)
