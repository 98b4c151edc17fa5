"""Template tags that draw the pictures of common.svg; {% load ui %} brings them too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from common import formatting, svg

register = template.Library()


@register.simple_tag
def svg_sparkline(values: Sequence[int | None], title: str) -> SafeString:
    """{% svg_sparkline kpi.last_days "…" %}."""
    return _drawn(svg.sparkline(values, title=str(title)))


@register.simple_tag
def svg_bars(items: Sequence[svg.WeekBar], title: str, width: float = 362) -> SafeString:
    """{% svg_bars weeks "…" %} of common.svg.WeekBar."""
    return _drawn(svg.bars(items, title=str(title), width=width))


@register.simple_tag
def svg_curve(points: Sequence[svg.CurvePoint], title: str) -> SafeString:
    """{% svg_curve chart "…" %} of common.svg.CurvePoint."""
    return _drawn(svg.curve_chart(points, title=str(title)))


@register.simple_tag
def svg_waterfall(
    steps: Sequence[svg.Step],
    title: str,
    total_label: str,
    width: float = 362,
    height: float = 150,
) -> SafeString:
    """{% svg_waterfall steps "…" "…" %} of common.svg.Step; amounts are read aloud."""
    spoken = "，".join(f"{step.label} {formatting.money(step.amount_fen)}" for step in steps)
    return _drawn(
        svg.waterfall(
            steps,
            title=str(title),
            total_label=str(total_label),
            width=width,
            height=height,
            spoken=spoken,
        )
    )


@register.simple_tag
def svg_stairs(
    steps: Sequence[svg.Stair], title: str, mark: svg.Stair | None = None, mark_words: str = "",
    first: str = "", last: str = "",
) -> SafeString:  # fmt: skip
    """{% svg_stairs chart.stairs "…" chart.mark "18 km ¥120.00" "0 km" "60 km" %}."""
    return _drawn(
        svg.stairs(
            steps, title=str(title), mark=mark, mark_words=mark_words, ends=(first, last),
            spoken=mark_words,
        )
    )  # fmt: skip


@register.simple_tag
def svg_radar(
    points: Sequence[svg.RadarPoint], title: str, rings_m: Sequence[int] = (5000, 10000, 15000)
) -> SafeString:
    """{% svg_radar candidates "…" %} of common.svg.RadarPoint."""
    return _drawn(svg.radar(points, title=str(title), rings_m=rings_m))


@register.simple_tag
def svg_tiles(values: dict[str, svg.TileValue], title: str) -> SafeString:
    """{% svg_tiles by_province "…" %}: two-digit division code → common.svg.TileValue."""
    return _drawn(svg.tile_grid(values, title=str(title)))


@register.simple_tag
def svg_histogram(bins: Sequence[svg.Bin], title: str, width: float = 640) -> SafeString:
    """{% svg_histogram bars "…" %} of common.svg.Bin."""
    return _drawn(svg.histogram(bins, title=str(title), width=width))


@register.simple_tag
def svg_stacked(segments: Sequence[svg.Segment], title: str, width: float = 640) -> SafeString:
    """{% svg_stacked parties "…" %} of common.svg.Segment."""
    return _drawn(svg.stacked_bar(segments, title=str(title), width=width))


@register.inclusion_tag("ui/_shares.html")
def share_bar(segments: Sequence[svg.Segment], title: str) -> dict[str, Any]:
    """{% share_bar parties "…" %}: the bar, and below it each part with its words and share.

    A part of nothing has no width and no share; its words say what it is.
    """
    shares = svg.shares_bp([segment.amount for segment in segments])
    return {
        "bar": _drawn(svg.plain_bar(segments, title=str(title))),
        "parts": [
            (_drawn(svg.swatch(index)), segment, share)
            for index, (segment, share) in enumerate(zip(segments, shares, strict=True))
        ],
    }


@register.simple_tag
def svg_swatch(index: int) -> SafeString:
    """{% svg_swatch forloop.counter0 %}: which part of the stacked bar a word belongs to."""
    return _drawn(svg.swatch(index))


@register.simple_tag
def svg_ring(share_bp: int, title: str, words: str, note: str = "", tone: str = "ok") -> SafeString:
    """{% svg_ring 7500 "…" "1 h" "left" "warn" %}."""
    return _drawn(svg.ring(share_bp, title=str(title), words=str(words), note=str(note), tone=tone))


@register.simple_tag
def svg_progress(share_bp: int, title: str, tone: str = "brand") -> SafeString:
    """{% svg_progress 4200 "…" %}."""
    return _drawn(svg.progress_bar(share_bp, title=str(title), tone=tone))


@register.simple_tag
def svg_outlook(items: Sequence[svg.OutlookBar], title: str) -> SafeString:
    """{% svg_outlook city.days "…" %} of common.svg.OutlookBar."""
    return _drawn(svg.outlook(items, title=str(title)))


@register.simple_tag
def svg_spans(
    now: tuple[int, int],
    usual: tuple[int, int] | None,
    most: int,
    title: str,
    planned: int | None = None,
    tone: str = "brand",
) -> SafeString:
    """{% svg_spans row.now row.usual most "…" row.planned "bad" %}."""
    return _drawn(
        svg.span_bars(now, usual, most=most, title=str(title), planned=planned, tone=tone)
    )


def _drawn(markup: str) -> SafeString:
    return mark_safe(markup)  # noqa: S308 (common.svg escapes every word and attribute)
