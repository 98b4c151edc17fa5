"""The shop's code of a customer, entered by the installer on site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.access import Perm, requires
from common.errors import Refused
from integrations.services.verifying import shop_connection, verify_code
from workorders.phone_jobs import own_order
from workorders.services.shop_codes import is_verified

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest

    from workorders.requests import StaffRequest


@requires(Perm.ORDER_WORK)
@require_http_methods(["GET", "POST"])
def shop_code(request: StaffRequest, number: str) -> HttpResponse:
    """Take the code the customer reads out; a refusal keeps what was typed and says what to do."""
    order = own_order(actor=request.user, number=number)
    if order is None or shop_connection(order) is None:
        raise Http404
    context = {"number": number, "typed": "", "error": "", "is_verified": is_verified(order)}
    if request.method == "GET":
        return render(request, "integrations/shop_code.html", context)
    typed = request.POST.get("code", "")[:40]
    try:
        verify_code(order=order, code=typed, actor=request.user)
    except Refused as refused:
        context |= {"typed": typed, "error": str(refused)}
        return render(request, "integrations/shop_code.html", context, status=refused.status)
    messages.success(request, _("Tmall has verified the code."))
    return redirect("workorders-phone:job", number)


def code_panel(request: HttpRequest, order: Any) -> SafeString:
    """Return the way to the code for orders of a Tmall shop; nothing for others."""
    if order.line.order.platform != "tmall" or shop_connection(order) is None:
        return SafeString("")
    context = {"number": order.number, "is_verified": is_verified(order)}
    return render_to_string("integrations/_shop_code.html", context)
