"""The few pieces of HTML that the control page is made of."""

from collections.abc import Sequence
from html import escape

STATUS = {
    "unpaid": "待付款",
    "deposit_paid": "已付定金",
    "paid": "已付款",
    "shipped": "已发货",
    "finished": "已完成",
    "closed": "已关闭",
}


def layout(menu: str, body: str, notice: str) -> str:
    """The whole page around its parts, which are HTML already."""
    warning = f'<p class="notice">{notice}</p>' if notice else ""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>平台模拟器</title>"
        '<link rel="stylesheet" href="/control/style.css"></head><body>'
        "<header><h1>平台模拟器</h1><p>有赞、天猫与企业微信的替身：在这里下单、付款、改址、退款。</p></header>"
        f"<nav>{menu}</nav><main>{warning}{body}</main></body></html>"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str) -> str:
    """A table of HTML cells, or the sentence for none."""
    if not rows:
        return f'<p class="empty">{empty}</p>'
    heads = "".join(f"<th>{name}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def hidden(**values: str) -> str:
    """Hidden fields of a form."""
    return "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in values.items()
    )


def field(name: str, label: str, value: str) -> str:
    """A labelled text field."""
    return f'<label>{label} <input name="{name}" value="{escape(value)}"></label>'


def select(name: str, choices: Sequence[tuple[str, str]]) -> str:
    """A drop-down of (value, text) pairs."""
    options = "".join(
        f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in choices
    )
    return f'<select name="{name}" aria-label="{name}">{options}</select>'


def button(text: str) -> str:
    """A button that sends its form."""
    return f"<button>{escape(text)}</button>"
