"""What the browser gets: pinned vendored parts, styles an old web view understands, strict CSP."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from common.phone_styles import CUT, phone_styles
from common.static_files import slimmed

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
PARTS = json.loads((STATIC / "vendor.lock.json").read_text())
# Emails and PDFs are no pages: no CSP reaches them and mail readers know no style sheets.
PAGES = [path for path in TEMPLATES if not {"pdf", "email"} & set(path.parts)]
TEMPLATE_COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}", re.DOTALL)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def markup(path: Path) -> str:
    return TEMPLATE_COMMENT.sub("", path.read_text())


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part["name"])
def test_a_vendored_part_is_what_the_lock_says_and_brings_its_licence(part):
    assert set(part) == {"name", "version", "licence", "npm", "built", "files"}
    assert f"{part['name']}-{part['version']}/LICENSE" in part["files"]
    for name, digest in part["files"].items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest
    assert part["name"] in (ROOT / "NOTICE").read_text()


def test_nothing_is_vendored_outside_the_lock():
    locked = {name for part in PARTS for name in part["files"]}
    present = {str(path.relative_to(STATIC / "vendor")) for path in STATIC.rglob("vendor/*/*")}
    assert present == locked


def test_the_phones_sheet_is_cut_anew_whenever_a_page_uses_another_class():
    """`manage.py build_phone_styles` writes it."""
    assert (STATIC / "vendor" / CUT).read_text("utf-8") == phone_styles(ROOT)


@pytest.mark.parametrize("path", STYLES, ids=shown)
def test_styles_use_nothing_newer_than_chromium_80(path):
    rules = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    newer = r"oklch|color-mix|:has\(|:is\(|:where\(|@layer|@container|@property|@import"
    assert not re.search(newer, rules)
    assert not re.search(r"(?<!-)\b(gap|row-gap|column-gap|inset|aspect-ratio):", rules)
    assert "http" not in rules


@pytest.mark.parametrize("path", STYLES, ids=shown)
def test_own_classes_never_collide_with_bootstrap(path):
    rules = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    selectors = re.findall(r"([^{}]+)\{", rules)
    used = {name for part in selectors for name in re.findall(r"\.([a-z][a-z0-9-]*)", part)}
    foreign = r"x-|btn|form-|htmx-|is-invalid"
    assert not [name for name in used if not re.match(foreign, name)]


@pytest.mark.parametrize("path", SCRIPTS, ids=shown)
def test_a_script_is_small_and_of_2018(path):
    text = path.read_text()
    assert len(gzip.compress(slimmed(f"js/{path.name}", text.encode()), 6)) <= 3 * 1024
    code = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    assert not re.search(r"\?\.[a-zA-Z[(]|\?\?|\|\|=|\beval\(|new Function|innerHTML", code)
    assert "http:" not in code
    assert "https:" not in code


@pytest.mark.parametrize("path", PAGES, ids=shown)
def test_a_page_holds_no_inline_script_or_style(path):
    text = markup(path)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|\bjs:", text)
    for opening, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert "src=" in opening or 'type="application/json"' in opening
        assert 'type="application/json"' in opening or not body.strip()
    assert not re.search(r"(src|href)=[\"']https?://", text)


@pytest.mark.parametrize("path", PAGES, ids=shown)
def test_every_icon_named_in_a_page_is_in_the_sprite(path):
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "img/icons.svg").read_text()))
    assert set(re.findall(r'\{% icon "([^"]+)"', markup(path))) <= sprite


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_every_template_begins_by_naming_its_context(path):
    assert re.match(r"\{#.*?(Context|Blocks|Extends).*?#\}", path.read_text().lstrip()), shown(path)


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_static_files_named_in_a_template_exist(path):
    own = re.findall(r"\{% static '([^']+)'", markup(path))
    assert all((STATIC / name).is_file() for name in own)


# Phone pages lay tables out themselves; a partial polled whole may be the wrap itself.
DESK_PAGES = [path for path in PAGES if not {"phone", "ui"} & set(path.parts)]
BLOCK = re.compile(r"<(/?)(div|section|details|form|dialog|table)\b([^>]*)>")


def unwrapped_tables(text: str) -> list[str]:
    """The attributes of a desk's tables around which no element of the same file scrolls."""
    around: list[tuple[str, bool]] = []
    found = []
    for closing, tag, attributes in BLOCK.findall(text):
        if closing:
            while around and around.pop()[0] != tag:
                pass
            continue
        words = re.findall(r"[\w-]+", "".join(re.findall(r'\bclass="([^"]*)"', attributes)))
        if tag == "table" and "x-table" in words and not any(wraps for _tag, wraps in around):
            found.append(attributes.strip())
        around.append((tag, "x-table-wrap" in words))
    return found


@pytest.mark.parametrize("path", DESK_PAGES, ids=shown)
def test_a_desks_table_scrolls_in_itself_and_never_moves_the_page(path):
    assert not unwrapped_tables(markup(path))


STACKED = re.compile(r"<table[^>]*x-table-stack.*?</table>", re.DOTALL)
CELLS = re.compile(r"<(?:table|thead|tbody|tr|th|td)(?=[\s>])[^>]*")


def test_a_table_that_stacks_on_phones_stays_a_table_for_those_who_hear_it():
    silent = [
        f"{shown(path)}: {tag}"
        for path in DESK_PAGES
        for table in STACKED.findall(markup(path))
        for tag in CELLS.findall(table)
        if "role=" not in tag
    ]
    assert not silent


def test_a_table_beside_a_wrap_is_not_in_it():
    wrapped = '<div class="x-table-wrap"><table class="x-table x-sheet"></table></div>'
    assert unwrapped_tables(wrapped) == []
    assert unwrapped_tables(f'{wrapped}<table class="x-table" id="b"></table>') == [
        'class="x-table" id="b"'
    ]
