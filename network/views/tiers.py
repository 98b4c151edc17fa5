"""The lists of city levels, price bands and cost levels; levels of many regions by CSV."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Perm, allowed, requires
from common.csv_files import MOST_BYTES, csv_bytes
from common.errors import Refused, refuse_unless
from network.forms.tiers import TierForm, TierNameForm
from network.requests import edit_page, finished, form_context, form_page, posted, typed
from network.selectors import visible_regions
from network.services.tier_import import COLUMNS, FIELDS, import_tiers, preview_tiers
from network.services.tiers import add_tier, move_tier, remove_tier, rename_tier
from network.shown import shown_tier
from network.tiers import kind_label, listed_tiers, tier_lists, tier_names

if TYPE_CHECKING:
    from common.two_editors.seen import Shown
    from network.models import Tier
    from network.requests import StaffRequest

_SHOWN = 300


@requires(Perm.NETWORK_VIEW)
@require_GET
def tier_list(request: StaffRequest) -> HttpResponse:
    """Show the three lists with how many regions use each entry."""
    context = {
        "lists": tier_lists(),
        "may_manage": allowed(request.user, Perm.NETWORK_MANAGE),
        "crumbs": [{"url": reverse("accounts:settings"), "label": _("Settings")}],
    }
    return render(request, "network/tier_list.html", context)


@requires(Perm.NETWORK_MANAGE)
def tier_add(request: StaffRequest, kind: str) -> HttpResponse:
    """Put an entry at the end of a list."""
    label = kind_label(kind)
    if label is None:
        raise Http404
    form = TierForm(posted(request))
    if request.method == "POST" and form.is_valid():
        add_tier(kind=kind, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Saved"))
        return finished(request, "network:tier-list")
    title = _("%(list)s: add an entry") % {"list": label}
    return form_page(request, "network/form_page.html", form, _form(request, title))


@requires(Perm.NETWORK_MANAGE)
def tier_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what people call an entry."""
    tier = get_object_or_404(listed_tiers(), pk=pk)
    shown = shown_tier(tier)
    form = TierNameForm(typed(request, shown), initial={"name": tier.name})

    def save(seen: Shown | None) -> Tier:
        name = form.cleaned_data["name"]
        return rename_tier(tier_id=tier.pk, name=name, actor=request.user, seen=seen)

    def done(_saved: Tier) -> HttpResponse:
        messages.success(request, _("Saved"))
        return finished(request, "network:tier-list")

    context = _form(request, f"{tier.get_kind_display()} {tier.code}")
    return edit_page(request, form, context, shown=shown, save=save, done=done)


@requires(Perm.NETWORK_MANAGE)
@require_POST
def tier_move(request: StaffRequest, pk: int) -> HttpResponse:
    """Move an entry up (`by=-1`) or down."""
    tier = get_object_or_404(listed_tiers(), pk=pk)
    by = -1 if request.POST.get("by") == "-1" else 1
    move_tier(tier_id=tier.pk, by=by, actor=request.user)
    return finished(request, "network:tier-list")


@requires(Perm.NETWORK_MANAGE)
@require_POST
def tier_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an entry out of its list."""
    tier = get_object_or_404(listed_tiers(), pk=pk)
    remove_tier(tier_id=tier.pk, actor=request.user)
    messages.success(request, _("Removed"))
    return finished(request, "network:tier-list")


@requires(Perm.NETWORK_VIEW)
@require_GET
def tier_export(request: StaffRequest) -> HttpResponse:
    """Send the regions with their own levels and bands; an empty cell is inherited."""
    header = [names[0] for names in COLUMNS.values()]
    regions = visible_regions(actor=request.user)
    rows = [[r.code, r.name, *(getattr(r, field) for field in FIELDS)] for r in regions]
    answer = HttpResponse(csv_bytes([header, *rows]), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="region-levels.csv"'
    return answer


@requires(Perm.NETWORK_MANAGE)
@require_http_methods(["GET", "POST"])
def tier_import(request: StaffRequest) -> HttpResponse:
    """Ask for a file, or read it and show what would change."""
    context: dict[str, Any] = {"crumbs": [_crumb()]}
    if request.method == "POST":
        upload = request.FILES.get("file")
        refuse_unless(upload is not None, "import.file", _("Choose a CSV file"))
        preview = preview_tiers(upload.read(MOST_BYTES + 1) if upload else b"")
        context |= {
            "preview": preview,
            "shown": preview.changed[:_SHOWN],
            "names": tier_names(),
            "rows": json.dumps(preview.rows, ensure_ascii=False),
        }
    return render(request, "network/tier_import.html", context)


@requires(Perm.NETWORK_MANAGE)
@require_POST
def tier_import_confirm(request: StaffRequest) -> HttpResponse:
    """Write what the preview showed."""
    changed = import_tiers(
        rows=_rows(request.POST.get("rows", "")),
        seen=request.POST.get("seen", ""),
        actor=request.user,
    )
    messages.success(request, _("%(n)s regions changed") % {"n": len(changed)})
    return finished(request, "network:tier-list")


def _rows(text: str) -> list[dict[str, str]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    is_list = isinstance(found, list) and bool(found)
    plain = is_list and all(
        isinstance(row, dict) and all(isinstance(v, str) for v in row.values()) for row in found
    )
    if not plain:
        raise Refused("import.rows", _("Nothing to write; read the file once more"))
    return [dict(row) for row in found]


def _form(request: StaffRequest, title: str) -> dict[str, Any]:
    crumb = _crumb()
    return form_context(request, title=title, back=crumb["url"], crumb=crumb["label"])


def _crumb() -> dict[str, str]:
    return {"url": reverse("network:tier-list"), "label": _("Levels and bands")}
