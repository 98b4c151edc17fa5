"""The three lists of the district picker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from common.access import signed_in
from customers.forms import DivisionForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@signed_in
@require_GET
def division_picker(request: HttpRequest) -> HttpResponse:
    """Fill the lists below what was chosen; public data, so everybody signed in may ask."""
    return render(
        request, "customers/_division_picker.html", {"divisions": DivisionForm(request.GET)}
    )
