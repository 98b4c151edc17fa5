"""The WeCom messages that the product sends, as the JSON the platform wants."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

from integrations.strict_json import JsonObject

# Bounds of the message/send page; what exceeds them would be cut in the middle of a word there.
_TITLE = 120
_DESCRIPTION_BYTES = 512
_MAX_ROWS = 6
_MAX_BUTTONS = 6


class Message(Protocol):
    """Anything that can be sent to members."""

    def payload(self) -> JsonObject:
        """`msgtype` and the part named after it."""


@dataclass(frozen=True, slots=True)
class TextCard:
    """A card with a text that opens one page."""

    title: str
    description: str
    url: str
    button: str

    def payload(self) -> JsonObject:
        """`msgtype` and the part named after it; a customer's name stays text, never markup."""
        return {
            "msgtype": "textcard",
            "textcard": {
                "title": self.title[:_TITLE],
                "description": _bounded_markup(self.description),
                "url": self.url,
                "btntxt": self.button[:4],
            },
        }


@dataclass(frozen=True, slots=True)
class ButtonCard:
    """A template card of kind button_interaction; a pressed button comes back as an event.

    `task_id` is ours, up to 128 letters, digits, "_", "-" and "@", and unique per application.
    A tap beside the buttons, and a last button named `open_text`, open `url`.
    """

    title: str
    text: str
    rows: Sequence[tuple[str, str]]
    task_id: str
    buttons: Sequence[tuple[str, str]]  # (key, text)
    url: str
    open_text: str

    def payload(self) -> JsonObject:
        """`msgtype` and the part named after it."""
        pressed: list[JsonObject] = [
            {"key": key, "text": text, "style": 1 if position == 0 else 2}
            for position, (key, text) in enumerate(self.buttons[: _MAX_BUTTONS - 1])
        ]
        opening: JsonObject = {"text": self.open_text, "style": 2, "type": 1, "url": self.url}
        return {
            "msgtype": "template_card",
            "template_card": {
                "card_type": "button_interaction",
                "main_title": {"title": self.title[:_TITLE]},
                "sub_title_text": self.text,
                "horizontal_content_list": _rows(self.rows),
                "task_id": self.task_id,
                "button_list": [*pressed, opening],
                "card_action": {"type": 1, "url": self.url},
            },
        }


def _rows(rows: Sequence[tuple[str, str]]) -> list[JsonObject]:
    return [{"keyname": name, "value": value} for name, value in rows[:_MAX_ROWS]]


def _bounded_markup(description: str) -> str:
    # The field is markup, so the text is escaped; it is shortened before that, since cutting
    # afterwards could leave half an entity.
    shown = description
    while len(escape(shown).encode()) > _DESCRIPTION_BYTES:
        shown = shown[: -max(2, len(shown) // 20)] + "…"
    return escape(shown)
