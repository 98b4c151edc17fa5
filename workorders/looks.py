"""What a picture looks like in 64 bits, which a copy saved anew, smaller or lighter keeps.

Each bit says whether a spot is brighter than the one to its right, on a picture of 9 by 8 spots. Two
pictures that differ in at most three bits agree in one of four quarters: an index finds these.
"""

from __future__ import annotations

from PIL import Image

MOST_BITS = 3
_WIDE, _HIGH = 9, 8
_QUARTERS = 4
_QUARTER_BITS = 16
_FLATTEST = 24
"""Below this range of grey a picture shows nothing by which it could be told from another."""
_FEWEST_EDGES, _MOST_EDGES = 8, 56


def look_of(image: Image.Image) -> int | None:
    """Return the 64 bits of a picture, 0 to 2^64-1; None for one that is nearly all one colour."""
    grey = image.convert("L").resize((_WIDE, _HIGH), Image.Resampling.BOX)
    spots = grey.tobytes()
    if max(spots) - min(spots) < _FLATTEST:
        return None
    look = 0
    for row in range(_HIGH):
        for column in range(_WIDE - 1):
            at = row * _WIDE + column
            look = look << 1 | (spots[at] > spots[at + 1])
    return look if _FEWEST_EDGES <= look.bit_count() <= _MOST_EDGES else None


def quarters_of(look: int) -> list[int]:
    """Return the four quarters of a look as numbers that also say which quarter they are."""
    mask = (1 << _QUARTER_BITS) - 1
    return [at << _QUARTER_BITS | (look >> at * _QUARTER_BITS & mask) for at in range(_QUARTERS)]


def look_from(quarters: list[int]) -> int:
    """Return the look that has these quarters."""
    mask = (1 << _QUARTER_BITS) - 1
    return sum((each & mask) << (each >> _QUARTER_BITS) * _QUARTER_BITS for each in quarters)


def is_alike(one: int, other: int) -> bool:
    """Whether two looks differ in so few bits that the pictures are taken for copies."""
    return (one ^ other).bit_count() <= MOST_BITS
