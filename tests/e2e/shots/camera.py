"""Takes pictures of the running demo: where they are kept, in which shapes, and for whom."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.cast import Place
from tests.e2e.whole import Whole

PICTURES = Path(__file__).resolve().parents[3] / "docs" / "pictures"
MOST_BYTES = 150_000
DEMO = Place("chengyu.localhost", "t_chengyu")
EMPTY = Place("kongbai.localhost", "t_kongbai")
"""A company that has just signed up: no orders, no rules of its own."""
HERE = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2,
    "is_mobile": True, "has_touch": True,
}  # fmt: skip

Open = Callable[..., Page]


def keep(page: Page, name: str, most: int = MOST_BYTES) -> None:
    """Store what is to be seen as a PNG with as many colours as its size allows."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => null)")
    taken = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    path = PICTURES / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    for colours in (256, 128, 64, 32, 16):
        out = BytesIO()
        taken.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if len(out.getvalue()) <= most:
            break
    assert len(out.getvalue()) <= most, name
    path.write_bytes(out.getvalue())


def go(page: Page, demo: Whole, path: str, first: str = "", place: Place = DEMO) -> Page:
    """Open a path, and there the first link that fits when one is wanted."""
    page.goto(demo.url(path, place))
    if first:
        page.goto(demo.url(page.locator(first).first.get_attribute("href") or "", place))
    return page
