"""The tags and filters pages are written with: amounts, times, status, icons, geometry, pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common import clock, formatting
from common.templatetags import pictures

if TYPE_CHECKING:
    from django.core.paginator import Page

register = template.Library()
# One {% load ui %} brings the pictures too: they are written beside words and figures.
register.tags.update(pictures.register.tags)

Words = str | Promise


@dataclass(frozen=True, slots=True)
class StatusKind:
    """How one fixed meaning looks: css class, icon and the word when the stage has no own name."""

    css: str
    icon: str
    label: Words


STATUS_KINDS = {
    "WAITING": StatusKind("x-st-waiting", "circle-dashed", _("Unassigned")),
    "ASSIGNED": StatusKind("x-st-assigned", "user-check", _("Assigned")),
    "EN_ROUTE": StatusKind("x-st-en-route", "road", _("En route")),
    "ON_SITE": StatusKind("x-st-on-site", "tools", _("Working")),
    "IN_REVIEW": StatusKind("x-st-in-review", "clipboard-check", _("In review")),
    "DONE": StatusKind("x-st-done", "circle-check", _("Done")),
    "ON_HOLD": StatusKind("x-st-on-hold", "player-pause", _("On hold")),
    "CANCELLED": StatusKind("x-st-cancelled", "ban", _("Cancelled")),
}
OVERDUE = StatusKind("x-st-overdue", "alert-triangle", _("Overdue"))

_GEOMETRY = ("left", "top", "right", "width", "height")


# Plain values


@register.filter
def money(amount_fen: int | None) -> str:
    """{{ fen|money }} → ¥1,234.56."""
    return formatting.money(amount_fen)


@register.filter
def money_signed(amount_fen: int | None) -> str:
    """{{ fen|money_signed }} → +¥18.00 / −¥17.17."""
    return formatting.money(amount_fen, signed=True)


@register.filter
def visible(text: Any) -> str:
    """{{ address|visible }} → what strangers typed, with hidden signs such as U+202E written out."""
    return formatting.visible(str(text))


register.filter("money_wan", formatting.money_wan)
register.filter("wan", formatting.wan)
register.filter("yuan", formatting.yuan)
register.filter("km", formatting.km)
register.filter("duration", formatting.duration)
register.filter("percent_bp", formatting.percent_bp)
register.filter("points_bp", formatting.points_bp)
register.filter("masked_phone", formatting.masked_phone)
register.filter("short_number", formatting.short_number)


@register.filter
def or_dash(value: Any) -> Any:
    """{{ text|or_dash }} → the value (`visible`), or "—" when there is none (0 stays 0)."""
    if value is None or value == "":
        return formatting.NO_VALUE
    return formatting.visible(value) if type(value) is str else value


@register.filter
def day(value: date | datetime | None) -> str:
    """{{ due_on|day }} → 11月21日 (2025-11-21 in another year)."""
    return formatting.day_text(_as_day(value), today=clock.business_day())


@register.filter
def weekday(value: date | datetime | None) -> str:
    """{{ due_on|weekday }} → 11月21日 周六."""
    return formatting.day_text(_as_day(value), today=clock.business_day(), weekday=True)


def _as_day(value: date | datetime | None) -> date | None:
    return clock.business_day(value) if isinstance(value, datetime) else value


@register.filter
def when(moment: datetime | None) -> SafeString | str:
    """{{ at|when }} → <time>昨天 19:42</time> with the full time as title."""
    return _time(moment, formatting.when(moment, now=clock.now()))


@register.filter
def since(moment: datetime | None) -> SafeString | str:
    """{{ at|since }} → <time>3 分钟前</time>, `when` beyond an hour."""
    return _time(moment, formatting.since(moment, now=clock.now()))


@register.simple_tag
def window(start: datetime | None, end: datetime | None = None) -> SafeString | str:
    """{% window a.starts_at a.ends_at %} → 明天 09:00–11:00."""
    return _time(start, formatting.window(start, end, now=clock.now()))


def _time(moment: datetime | None, words: str) -> SafeString | str:
    if moment is None:
        return words
    return format_html(
        '<time class="x-num" datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        formatting.full_time(moment),
        words,
    )


# Small pieces


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """{% icon "clock" %} is decoration; with a label it is read aloud."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="x-ic {}" {}><use href="{}#{}"/></svg>',
        css,
        mark_safe(spoken),  # noqa: S308 (a constant or already escaped)
        static("img/icons.svg"),
        name,
    )


@register.inclusion_tag("ui/_status.html")
def status(meaning: str, label: Words = "", overdue: bool = False) -> dict[str, Any]:
    """{% status order.meaning order.stage_label order.is_overdue %}: icon, word and colour.

    `meaning` is the name of a Meaning such as "ON_SITE"; an overdue open order is red, and keeps
    the name of its stage when one is given: "待派 · 超时".
    """
    kind = STATUS_KINDS[str(meaning).upper()]
    is_late = bool(overdue) and str(meaning).upper() not in ("DONE", "CANCELLED")
    return {
        "css": OVERDUE.css if is_late else kind.css,
        "icon": OVERDUE.icon if is_late else kind.icon,
        "label": label or (OVERDUE.label if is_late else kind.label),
        "late": OVERDUE.label if is_late and label else "",
    }


@register.filter
def status_class(meaning: str) -> str:
    """{{ order.meaning|status_class }} → x-st-on-site, to colour a block of the board."""
    return STATUS_KINDS[str(meaning).upper()].css


@register.simple_tag
def geometry(**sides: float) -> SafeString:
    """{% geometry left=12.5 width=8 %} → style="left:12.5%;width:8%": the only style attribute.

    Sides are percentages between −100 and 1000; anything else raises ValueError.
    """
    parts = []
    for side, percent in sides.items():
        if side not in _GEOMETRY or not -100 <= float(percent) <= 1000:
            raise ValueError(f"not a side and a percentage: {side}={percent!r}")
        parts.append(f"{side}:{round(float(percent), 3):g}%")
    return format_html('style="{}"', ";".join(parts))


@register.simple_tag(takes_context=True)
def query_string(context: template.Context, **changes: Any) -> str:
    """{% query_string page=2 %} → ?status=open&page=2; None or "" drops a parameter."""
    given: QueryDict = context["request"].GET.copy()
    # A poll's stamp is about what was shown, not about what is asked for.
    given.pop("stamp", None)
    for name, value in changes.items():
        given.pop(name, None)
        if isinstance(value, list | tuple):
            given.setlist(name, [str(item) for item in value])
        elif value not in (None, ""):
            given[name] = str(value)
    return f"?{given.urlencode()}"


@register.inclusion_tag("ui/_pager.html", takes_context=True)
def pager(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """{% pager page %}: where in the list, and links that keep the other filters."""
    return {
        "page": page,
        "previous": query_string(context, page=page.previous_page_number())
        if page.has_previous()
        else "",
        "next": query_string(context, page=page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("ui/_field.html")
def field(bound: BoundField, css: str = "") -> dict[str, Any]:
    """{% field form.name %}: label, control, help and errors, linked for screen readers."""
    widget = bound.field.widget
    is_single_box = isinstance(widget, CheckboxInput)
    is_group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    return {
        "bound": bound,
        "control": control(bound),
        "is_box": is_single_box,
        "is_group": is_group,
        "css": css,
    }


@register.simple_tag
def colon() -> str:
    """{% colon %}: what stands between a word and its value in the reader's script."""
    return gettext(": ")


@register.simple_tag
def control(bound: BoundField) -> SafeString:
    """{% control form.name %}: the bare control, dressed and linked to its help and errors."""
    described = [
        name
        for name, shown in (
            (f"{bound.auto_id}-help", bound.help_text),
            (f"{bound.auto_id}-error", bound.errors),
        )
        if shown
    ]
    own = str(bound.field.widget.attrs.get("class", ""))
    attributes: dict[str, str | bool] = {"class": f"{own} {_control_class(bound)}".strip()}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return bound.as_widget(attrs=attributes)


def _control_class(bound: BoundField) -> str:
    widget = bound.field.widget
    invalid = " is-invalid" if bound.errors else ""
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return ""
    if isinstance(widget, CheckboxInput):
        return f"form-check-input{invalid}"
    is_select = getattr(widget, "input_type", "") == "select"
    return f"{'form-select' if is_select else 'form-control'}{invalid}"
