"""Suggests the service item for a shop's product from a pack's hints; a person confirms it."""

from collections.abc import Iterable

from catalog.pack_format import MappingHint


def suggested_item(hints: Iterable[MappingHint], *, product_code: str, title: str) -> str | None:
    """The item's code whose hint fits best, or None.

    A code's prefix says more than a word in a title; of several that fit, the longest decides
    (智能马桶维修 is no 马桶). Two different items with equally long hints give no suggestion.
    """
    known = tuple(hints)
    by_code = [
        (len(prefix), hint.item)
        for hint in known
        for prefix in hint.prefixes
        if product_code.upper().startswith(prefix.upper())
    ]
    by_title = [
        (len(word), hint.item)
        for hint in known
        for word in hint.keywords
        if word.casefold() in title.casefold()
    ]
    return _longest(by_code) or _longest(by_title)


def _longest(found: list[tuple[int, str]]) -> str | None:
    if not found:
        return None
    top = max(length for length, _ in found)
    items = {item for length, item in found if length == top}
    return items.pop() if len(items) == 1 else None
