"""The lists of the division picker."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from common.access import signed_in
from network.forms.divisions import chosen_code, picker_html

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}\Z")


@signed_in
@require_safe
def division_options(request: HttpRequest) -> HttpResponse:
    """Answer the three lists for what is chosen so far (`name`, `picker` and the lists' values)."""
    name, picker = request.GET.get("name", ""), request.GET.get("picker", "")
    if not (_WORD.match(name) and _WORD.match(picker)):
        name, picker = "district", "id_district"
    code = chosen_code(request.GET, name)
    return HttpResponse(picker_html(name=name, picker_id=picker, code=code))
