"""Cuts out of Bootstrap what the pages use: a phone on a slow line loads a quarter of it.

The rules stay word for word what they are, in their order; left out are those about classes no page
names, and about the dark theme no page asks for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

WHOLE = "bootstrap-5.3.9/bootstrap.min.css"
CUT = "bootstrap-5.3.9/bootstrap.phone.min.css"

_CLASS_ATTRIBUTE = re.compile(r'class="((?:[^"{]|\{%.*?%\}|\{\{.*?\}\}|\{)*)"', re.DOTALL)
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_IN_SELECTOR = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_GROUPS = ("@media", "@supports")


def phone_styles(root: Path) -> str:
    """Return what the phone's pages need of the vendored sheet; `root` is the project's folder."""
    pages = [path.read_text("utf-8") for path in sorted((root / "templates").rglob("*.html"))]
    scripts = [path.read_text("utf-8") for path in sorted((root / "static/js").glob("*.js"))]
    tags = [path.read_text("utf-8") for path in sorted(root.glob("*/templatetags/*.py"))]
    whole = (root / "static/vendor" / WHOLE).read_text("utf-8")
    return used_rules(whole, classes_named([*pages, *tags], [*scripts, *tags]))


def classes_named(templates: Iterable[str], code: Iterable[str]) -> frozenset[str]:
    """Return every class the pages may have: of attributes, and each quoted word of code."""
    found: set[str] = set()
    for text in templates:
        for value in _CLASS_ATTRIBUTE.findall(text):
            found.update(_NAME.findall(_TAG.sub(" ", value)))
            # What a condition inside the attribute adds stands between its tags; variables do not.
            for tag in _TAG.findall(value):
                for quoted in re.findall(r"['\"](.*?)['\"]", tag):
                    found.update(_NAME.findall(quoted))
    for text in code:
        for quoted in re.findall(r"['\"]([a-z][a-z0-9 -]*)['\"]", text):
            found.update(_NAME.findall(quoted))
    return frozenset(found)


def used_rules(style: str, classes: frozenset[str]) -> str:
    """Return the rules of a minified sheet whose classes are all among those named."""
    licence = re.match(r"@charset[^;]*;|", style)
    head = licence.group() if licence else ""
    notice = re.search(r"/\*!.*?\*/", style, re.DOTALL)
    plain = re.sub(r"/\*.*?\*/", "", style[len(head) :], flags=re.DOTALL)
    return head + (notice.group() if notice else "") + _used(plain, classes) + "\n"


def _used(style: str, classes: frozenset[str]) -> str:
    kept: list[str] = []
    for selector, body in _blocks(style):
        if selector.startswith(_GROUPS):
            inner = _used(body, classes)
            kept += [f"{selector}{{{inner}}}"] if inner else []
        elif selector.startswith("@"):
            kept.append(f"{selector}{{{body}}}")
        else:
            wanted = [one for one in _parts(selector) if _is_wanted(one, classes)]
            kept += [f"{','.join(wanted)}{{{body}}}"] if wanted else []
    return "".join(kept)


def _blocks(style: str) -> Iterator[tuple[str, str]]:
    at = 0
    while (start := style.find("{", at)) >= 0:
        end, depth = start + 1, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(style[end], 0)
            end += 1
        yield style[at:start], style[start + 1 : end - 1]
        at = end


def _parts(selector: str) -> list[str]:
    """Split at the commas that stand in no bracket."""
    found, depth = [""], 0
    for sign in selector:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not depth:
            found.append("")
        else:
            found[-1] += sign
    return found


def _is_wanted(selector: str, classes: frozenset[str]) -> bool:
    return "data-bs-theme=dark" not in selector and set(_IN_SELECTOR.findall(selector)) <= classes
