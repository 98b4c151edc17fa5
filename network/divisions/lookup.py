"""Finds a division from the three separate fields shops send: province, city, district."""

import re

from network.divisions.atlas import Division, Level, children, path
from network.divisions.names import Spelling, short_name, spellings

# What platforms write where a city is missing or has no meaning.
_NO_NAME = re.compile(
    r"^(?:市辖区|县|省直辖县(?:级行政区划)?|自治区直辖县(?:级行政区划)?|直辖县级|其它区?|其他区?|无|-|null|None)?$"
)


def find(province: str, city: str = "", district: str = "") -> Division | None:
    """The deepest division the three fields agree on, or None.

    Kinds (省, 市, 区, 县, 自治…) may be missing, former names count, an empty city is fine for
    municipalities and for counties governed by their province. An unknown district yields the city:
    compare `.level`. Two districts of one name with no city between them yield None.
    """
    here: Division | None = None
    for text in _fields(province, city, district):
        found = [each for each in _named(text) if here is None or _below(each, here)]
        found = _full_first(found, text)
        if len(found) > 1:
            return None
        if found:
            here = found[0].of
        elif here is None:
            return None
    return _down_to_city(here)


def _fields(*fields: str) -> list[str]:
    cleaned = [re.sub(r"\s+", "", field or "") for field in fields]
    return [text for text in cleaned if not _NO_NAME.match(text)]


def _named(text: str) -> tuple[Spelling, ...]:
    found = spellings().get(text)
    if found:
        return found
    # 新津市 for 新津区: the kind is wrong, the name is right.
    bare = short_name(text)
    return tuple(each for each in spellings().get(bare, ()) if each.of.level is not Level.PROVINCE)


def _below(each: Spelling, here: Division) -> bool:
    return any(step.code == here.code for step in path(each.of.code)[:-1])


def _down_to_city(here: Division | None) -> Division | None:
    """A municipality is province and city in one; prices and levels hang at the city."""
    if here is None or here.level is not Level.PROVINCE:
        return here
    return next((city for city in children(here.code) if city.name == here.name), here)


def _full_first(found: list[Spelling], text: str) -> list[Spelling]:
    """吉林 under 吉林省 means the province again, 吉林市 the city: prefer today's full names."""
    exact = [each for each in found if each.of.name == text] or [e for e in found if e.full]
    chosen = exact or found
    shallow = [each for each in chosen if each.of.level is Level.PROVINCE]
    if shallow:
        return shallow
    cities = [each for each in chosen if each.of.level is Level.CITY]
    return cities if len(cities) == 1 else chosen
