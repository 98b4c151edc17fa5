"""Reads province, city and district off the front of a written Chinese address.

Own parser over the names of the division table: it builds every chain of names that can stand at the
front (province, city, district, each below the one before, levels may be missing), keeps the chains
that explain most characters, and says so when two of them remain. It never guesses between twins.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from network.divisions.atlas import Division, Level, children, path
from network.divisions.names import Spelling, longest_spelling, spellings

_SEPARATORS = " \t\r\n　,，、;；:：/|-—_·.。()（）[]【】"
_BETWEEN = re.compile(
    r"^(?:市辖区|省直辖县级行政区划|省直辖县级行政单位|省直辖|自治区直辖县级行政区划|自治区直辖县级行政单位|直辖县级)"
)
_FRONT = re.compile(r"^(?:中华人民共和国|中国)")
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[\d*＊]{8}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)"
)
# A short name before one of these is the name of a road, a bridge, a station … and not a place.
_ROADLIKE = re.compile(
    r"^(?:[东西南北中上下外内新老]?[一二三四五六七八九十]?(?:环|纬|经)?(?:路|街|大道|道|巷|胡同|弄|里|桥|高速|国道|支路))"
)
_KIND_AFTER = re.compile(
    r"^(?:省|市|区|县|旗|盟|州|自治|地区|新区|镇|乡|村|街道|站|大学|银行|商会)"
)


@dataclass(frozen=True, slots=True)
class Located:
    """The deepest division found, what follows it, and a point in WGS-84.

    `precision` is that of the point: a district whose own centre is unknown answers with `city`.
    """

    code: str
    rest: str
    precision: Level
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several divisions fit equally; `codes` in the order of their codes, for the picker."""

    codes: tuple[str, ...]
    rest: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """No division is named at the front of any part of the text."""

    rest: str


@dataclass(frozen=True, slots=True)
class _Chain:
    of: Division
    end: int
    explained: int
    full: int


def locate(address_text: str) -> Located | Ambiguous | NotFound:
    """Find the division an address begins with; names and phone numbers before it are passed over.

    Shapes accepted: full or short names, levels missing, former names, name and phone in front,
    separators anywhere between levels. A road named after a city is no city.
    """
    text = _PHONE.sub(" ", address_text).strip(_SEPARATORS)
    for start in _starts(text):
        part = text[start:].lstrip(_SEPARATORS)
        best = _best(list(_chains(part, 0, None, 0, 0)))
        if best:
            return _answer(part, best)
    return NotFound(text)


def _starts(text: str) -> Iterator[int]:
    """Where an address may begin: the front, after each separator, at a full province or city."""
    front = _FRONT.match(text)
    yield front.end() if front else 0
    yield from (at + 1 for at, sign in enumerate(text) if sign in _SEPARATORS)
    for at in range(1, len(text)):
        if any(
            spelling.full and spelling.of.level is not Level.DISTRICT
            for spelling in _spelled_at(text, at)
        ):
            yield at


def _chains(
    text: str, at: int, above: Division | None, explained: int, full: int
) -> Iterator[_Chain]:
    """All chains of names from `at` on, each name below the one before it."""
    here = _skip(text, at)
    for spelling in _spelled_at(text, here):
        if not _may_follow(spelling, above) or not _stands(spelling, text, here, above):
            continue
        end = here + len(spelling.text)
        chain = _Chain(spelling.of, end, explained + len(spelling.text), full + int(spelling.full))
        yield chain
        yield from _chains(text, end, spelling.of, chain.explained, chain.full)


def _skip(text: str, at: int) -> int:
    while at < len(text):
        between = _BETWEEN.match(text[at:])
        if between:
            at += between.end()
        elif text[at] in _SEPARATORS:
            at += 1
        else:
            break
    return at


def _spelled_at(text: str, at: int) -> Iterator[Spelling]:
    table = spellings()
    for length in range(min(longest_spelling(), len(text) - at), 1, -1):
        yield from table.get(text[at : at + length], ())


def _may_follow(spelling: Spelling, above: Division | None) -> bool:
    if above is None:
        return True
    if spelling.of.code == above.code:
        return False
    return any(step.code == above.code for step in path(spelling.of.code))


def _stands(spelling: Spelling, text: str, at: int, above: Division | None) -> bool:
    """Whether a name may be read as a place here: a short one only where nothing contradicts it."""
    after = text[at + len(spelling.text) :]
    if spelling.full:
        return True
    if _ROADLIKE.match(after) or _KIND_AFTER.match(after):
        return False
    county_city = spelling.of.name.endswith("市")
    if spelling.of.level is Level.DISTRICT and not county_city:
        return above is not None and above.level is Level.CITY
    return True


def _best(chains: list[_Chain]) -> list[_Chain]:
    """The chains that explain most characters, then those with most full names."""
    if not chains:
        return []
    top = max((chain.explained, chain.full) for chain in chains)
    kept = [chain for chain in chains if (chain.explained, chain.full) == top]
    once = {chain.of.code: chain for chain in kept}
    # One name may mean a province and lesser places (吉林, 海南, 北京): alone it means the province.
    provinces = {code: chain for code, chain in once.items() if chain.of.level is Level.PROVINCE}
    outer = provinces or {
        code: chain
        for code, chain in once.items()
        if not any(step.code in once for step in path(code)[:-1])
    }
    return [outer[code] for code in sorted(outer)]


def _answer(text: str, best: list[_Chain]) -> Located | Ambiguous:
    rest = text[best[0].end :].strip(_SEPARATORS)
    if len(best) > 1:
        return Ambiguous(tuple(chain.of.code for chain in best), rest)
    place = _municipal_city(best[0].of)
    return Located(place.code, rest, place.precision, *place.point)


def _municipal_city(place: Division) -> Division:
    if place.level is not Level.PROVINCE:
        return place
    return next((city for city in children(place.code) if city.name == place.name), place)
