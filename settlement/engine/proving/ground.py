"""What is known of a company beside its rules: what it sells, and the places its jobs can lie in."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from settlement.engine.proving.regions import CHAIN

ITEM, CATEGORY = "service_item", "category"
OF_PLACES = ("region", "city")  # codes that only a region of the company can be


class Ground(NamedTuple):
    """What jobs can be; an empty part is not known, and nothing is concluded from it.

    `items` on sale: category by code. `places`: the facts of a job in each region of the company,
    wider regions before those in them. `channels`: the codes orders come with.
    """

    items: Mapping[str, str] = {}
    places: Sequence[Mapping[str, Any]] = ()
    channels: Sequence[str] = ()

    def values(self, fact: str) -> list[Any]:
        """Return the values jobs can have of a fact, without repetition; none: not known."""
        if fact == ITEM:
            return list(self.items)
        if fact == CATEGORY:
            return list(dict.fromkeys(self.items.values()))
        if fact == "channel":
            return list(self.channels)
        found = dict.fromkeys(place.get(fact) for place in self.places)
        return [value for value in found if value is not None]

    def codes(self, fact: str, named: set[str]) -> list[str | tuple[str, ...]] | None:
        """Return what tells the places of a fact apart for cells that name these codes.

        A code the cells name, several of them for a job that lies in all, and one that they do not
        name for all the others, if there is one. None where the company's regions are not known.
        """
        if not self.places or fact not in (CHAIN, *OF_PLACES):
            return None
        alike: dict[tuple[str, ...], str | tuple[str, ...]] = {}
        for value in self.values(fact):
            around = value if isinstance(value, tuple) else (value,)
            inside = tuple(code for code in around if code in named)
            if inside not in alike:
                # The widest region says where a job lies that no cell names.
                alike[inside] = inside if len(inside) > 1 else (inside or around)[0]
        return list(alike.values())


NOTHING_KNOWN = Ground()
