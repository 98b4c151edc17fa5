"""Requests as the views of this package know them, and how a page with one form answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from common.two_editors.comparing import ChangedMeanwhile
from common.two_editors.seen import chosen, seen_from, seen_text
from common.two_editors.words import in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import BaseForm

    from common.two_editors.seen import Shown
    from network.scope import ScopedUser

Saved = TypeVar("Saved")


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


def typed(request: HttpRequest, shown: Shown | None) -> QueryDict | None:
    """Return what the form of a kept row is bound to: with what was chosen of two people's changes."""
    post = posted(request)
    return post if shown is None else chosen(post, shown)


def edit_page(
    request: HttpRequest,
    form: BaseForm,
    context: dict[str, Any],
    *,
    shown: Shown | None,
    save: Callable[[Shown | None], Saved],
    done: Callable[[Saved], HttpResponse],
) -> HttpResponse:
    """Show a row's form, or save it; who saves on top of another's change reads both sides (409).

    `shown` is a kept row as its form shows it, None for a new one; `save` gets what the page
    showed of it, and raises ChangedMeanwhile where that is not what stands there any more.
    """
    page = "network/form_page.html"
    kept = "" if shown is None else seen_text(shown)
    seen = request.POST.get("seen", "") if form.is_bound else kept
    if not (form.is_bound and form.is_valid()):
        return form_page(request, page, form, context | {"seen": seen})
    try:
        saved = save(None if shown is None else seen_from(seen, shown))
    except ChangedMeanwhile as conflict:
        context |= {
            "seen": seen_text(conflict.current),
            "sentence": conflict.sentence,
            "differences": in_words(conflict.changes, form),
            "submit_label": _("Save what is chosen"),
        }
        template = "network/_plain_form.html" if is_htmx(request) else page
        return render(request, template, {"form": form} | context, status=conflict.status)
    return done(saved)


def form_context(request: HttpRequest, *, title: str, back: str, crumb: str) -> dict[str, Any]:
    """What `network/form_page.html` needs beside its form; `back` is the list it belongs to."""
    return {
        "title": title,
        "crumbs": [{"url": back, "label": crumb}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": back,
    }
