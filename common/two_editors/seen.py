"""What a page keeps of the row it was made from, and what was chosen of two people's changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import Refused

if TYPE_CHECKING:
    from django.http import QueryDict

Shown = Mapping[str, str]
"""A row as its form shows it: typed text by field, a ticked box is "on", several values have spaces
between them."""


def seen_text(shown: Shown) -> str:
    """Return what a page keeps of the row it was made from."""
    return json.dumps(dict(shown), ensure_ascii=False)


def seen_from(text: str, like: Shown) -> dict[str, str]:
    """Read what a page kept; Refused when it is no row such as `like`."""
    sentence = _("This page is out of date; load it again")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("form.seen", sentence) from error
    if not isinstance(found, dict) or found.keys() != like.keys():
        raise Refused("form.seen", sentence)
    return {name: str(value) for name, value in found.items()}


def chosen(post: QueryDict | None, like: Shown) -> QueryDict | None:
    """Return what was typed, with theirs where a conflict was shown and mine was not ticked."""
    if post is None or not (differing := post.getlist("differs")):
        return post
    theirs, mixed = seen_from(post.get("seen", ""), like), post.copy()
    for name in set(differing) - set(post.getlist("mine_at")):
        if name in theirs:
            mixed[name] = theirs[name]
    return mixed
