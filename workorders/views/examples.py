"""Example pictures, for everybody who works in the company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from common.access import signed_in
from common.sending import send_stored
from workorders.examples import examples

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from workorders.requests import StaffRequest


@signed_in
@require_GET
def example_file(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Send one example; it is a JPEG whatever was uploaded."""
    found = get_object_or_404(examples(), pk=pk)
    name = f"example-{found.pk}.jpg"
    return send_stored(request, found.file, content_type="image/jpeg", filename=name)
