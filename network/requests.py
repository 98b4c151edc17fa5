"""Requests as the views of this package know them, and how a page with one form answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.forms import BaseForm

    from network.scope import ScopedUser


class StaffRequest(HttpRequest):
    """A request behind `@requires`: somebody is signed in."""

    user: ScopedUser  # type: ignore[assignment]  # the whole user lives in a package above


def is_htmx(request: HttpRequest) -> bool:
    """Whether a part of a page asks."""
    return request.headers.get("HX-Request") == "true"


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form is bound to: the fields of a post, also of an empty one."""
    return request.POST if request.method == "POST" else None


def finished(request: HttpRequest, to: str, *args: Any) -> HttpResponse:
    """Send the browser to a page (a URL name or a path) after a post that took effect."""
    answer = redirect(to, *args)
    if not is_htmx(request):
        return answer
    done = HttpResponse(status=204)
    done["HX-Redirect"] = answer["Location"]
    return done


def form_page(
    request: HttpRequest, page: str, form: BaseForm, context: dict[str, Any], *, part: str = ""
) -> HttpResponse:
    """Show a page with its form; an invalid post gets 422 and, through htmx, the form alone.

    `part` is the form's own template when it is not the plain one of all fields in a row.
    """
    status = 422 if form.is_bound and not form.is_valid() else 200
    template = (part or "network/_plain_form.html") if is_htmx(request) else page
    return render(request, template, {"form": form} | context, status=status)


def form_context(request: HttpRequest, *, title: str, back: str, crumb: str) -> dict[str, Any]:
    """What `network/form_page.html` needs beside its form; `back` is the list it belongs to."""
    return {
        "title": title,
        "crumbs": [{"url": back, "label": crumb}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": back,
    }
