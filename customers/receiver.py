"""Who receives a service and where, in words of no channel: what identification starts from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}(?:-\d{1,6})?")
_MASKED = re.compile(r"\d{2,4}\*{2,8}\d{2,4}")


@dataclass(frozen=True, slots=True)
class Spot:
    """Degrees in the datum they were measured in: "wgs84", "gcj02" or "bd09"."""

    lon: float
    lat: float
    datum: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """A name, a number and a place; a `…_cipher` is a channel's handle to the readable text.

    `phone` may be masked by stars: fit for showing and useless for calling or recognising.
    """

    name: str = ""
    phone: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    detail: str = ""
    name_cipher: str = ""
    phone_cipher: str = ""
    detail_cipher: str = ""
    spot: Spot | None = None
    division_code: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChannelBuyer:
    """Who the receiver is to one shop; `buyer_ref` may be empty."""

    platform: str
    shop_key: str
    buyer_ref: str = ""


def clean_phone(typed: str) -> str:
    """Return a number without blanks, country code and full-width digits; other text unchanged."""
    text = re.sub(r"[\s()（）]", "", unicodedata.normalize("NFKC", typed or ""))
    mobile = _MOBILE.fullmatch(text.replace("-", ""))
    return mobile[1] if mobile else text[:30]


def is_phone(number: str) -> bool:
    """Whether a cleaned number can be called: a mainland mobile or a landline with area code."""
    return bool(_MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number))


def is_masked(number: str) -> bool:
    """Whether stars hide part of the number."""
    return bool(_MASKED.fullmatch(number))


def last_four(number: str) -> str:
    """Return the last four digits when they are readable, else an empty text."""
    tail = number[-4:]
    return tail if len(tail) == 4 and tail.isascii() and tail.isdigit() else ""
