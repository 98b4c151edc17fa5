"""Whether a page of the phone fits a hand: accessible, big targets, no sideways scrolling."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

PICTURES = os.environ.get("PHONE_PICTURES", "")
# Smallest side in CSS pixels; links inside running text are no targets of their own, and of a box to
# tick its whole label is one.
SMALL_TARGETS = """() => Array.from(
    document.querySelectorAll("a, button, summary, select, input:not([type=hidden]):not([type=file])")
  ).filter((one) => one.offsetParent && !one.closest(".x-skip, .x-note, .x-box, .x-strip"))
   .map((one) => (/^(radio|checkbox)$/.test(one.type) && one.closest("label")) || one)
   .filter((one) => one.getBoundingClientRect().height < 44 && one.getBoundingClientRect().height > 1)
   .map((one) => one.outerHTML.slice(0, 90))"""
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"


def fitting(axe: Callable[[Page], None]) -> Callable[[Page, str], None]:
    """Return a check of a page at 390 pixels and at the 320 of the smallest phones."""

    def check(page: Page, name: str) -> None:
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))
        axe(page)
        small = page.evaluate(SMALL_TARGETS)
        assert small == [], f"{name}: {small}"
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            assert not page.evaluate(TOO_WIDE), f"{name} at {width}"
        page.set_viewport_size({"width": 390, "height": 844})

    return check
