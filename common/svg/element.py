"""Building blocks of a picture: escaped elements, short numbers and an accessible frame."""

from __future__ import annotations

from html import escape

Value = str | int | float


def number(value: float) -> str:
    """A coordinate with at most two decimals and no "-0"."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def element(name: str, *children: str, **attributes: Value | None) -> str:
    """One element; children are markup already, attribute values are escaped, None is left out.

    Attribute names are written with underscores: `text_anchor`, `class_`.
    """
    parts = [name]
    for key, value in attributes.items():
        if value is not None:
            shown = value if isinstance(value, str) else number(value)
            parts.append(f'{key.rstrip("_").replace("_", "-")}="{escape(shown)}"')
    opening = " ".join(parts)
    return f"<{opening}>{''.join(children)}</{name}>" if children else f"<{opening}/>"


def text(words: str, x: float, y: float, **attributes: Value | None) -> str:
    """A text element with escaped words."""
    return element("text", escape(words), x=x, y=y, **attributes)


def picture(
    *body: str,
    title: str,
    width: float,
    height: float,
    description: str = "",
    css: str = "x-svg",
    stretched: bool = False,
) -> str:
    """The frame of a picture: read aloud as one image with its title and description.

    It grows to the width of its place; `css` names another class for one that does not. A
    `stretched` picture has the height its class gives it, whatever its width.
    A picture holding links is a group instead, because an image hides what can be reached in it.
    """
    label = f"{title}：{description}" if description else title
    heading = element("title", escape(title))
    return element(
        "svg",
        heading,
        *body,
        xmlns="http://www.w3.org/2000/svg",
        class_=css,
        role="group" if any("<a " in part for part in body) else "img",
        aria_label=label,
        viewBox=f"0 0 {number(width)} {number(height)}",
        preserveAspectRatio="none" if stretched else None,
    )


def linked(body: str, href: str | None, label: str) -> str:
    """The body inside a link when there is somewhere to go."""
    return element("a", body, href=href, aria_label=label) if href else body
