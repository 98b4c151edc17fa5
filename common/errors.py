"""How a service says no: a code for programs and a sentence for people."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise

Sentence = str | Promise


class See(NamedTuple):
    """Where somebody who was refused finds what stands against it: a label and an address."""

    label: Sentence
    url: str


class Refused(Exception):  # noqa: N818  (the house's word for a business no)
    """A rule of the business forbids it; becomes a 422."""

    status = 422

    def __init__(self, code: str, sentence: Sentence, *, see: See | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.see = see

    def __str__(self) -> str:
        return str(self.sentence)


class Forbidden(Refused):
    """The caller may see it and may not do this to it; becomes a 403."""

    status = 403


class Conflict(Refused):
    """Someone was faster, or the caller worked on a stale version; becomes a 409."""

    status = 409


class Gone(Refused):
    """It existed and is used up or expired; becomes a 410."""

    status = 410


class TooMany(Refused):
    """Asked too often; becomes a 429."""

    status = 429


class Unavailable(Refused):
    """A part of the machine it needs is away for a moment; becomes a 503."""

    status = 503


def refuse_unless(condition: object, code: str, sentence: Sentence) -> None:
    """Raise Refused(code, sentence) when the condition is false."""
    if not condition:
        raise Refused(code, sentence)
