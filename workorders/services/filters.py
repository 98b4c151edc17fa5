"""A person's saved filters."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import refuse_unless
from workorders.models import SavedFilter

if TYPE_CHECKING:
    from accounts.models import User

_KEPT = (
    "q",
    "state",
    "region",
    "unit",
    "since",
    "until",
    "urgent",
    "difficulty",
    "flow",
    "stage",
    "department",
)
_MOST = 20


@transaction.atomic
def save_filter(*, user: User, name: str, query: str) -> SavedFilter:
    """Keep a query string under a name; the same name again replaces the query.

    Parameters the list does not know are dropped. Raises Refused beyond 20 filters.
    """
    pairs = [(key, value) for key, value in parse_qsl(query.lstrip("?")) if key in _KEPT]
    refuse_unless(pairs, "filter.empty", _("Set a filter first"))
    others = SavedFilter.objects.filter(user=user).exclude(name=name)
    refuse_unless(others.count() < _MOST, "filter.many", _("20 saved filters are the most"))
    saved, _is_new = SavedFilter.objects.update_or_create(
        user=user, name=name.strip()[:30], defaults={"query": urlencode(pairs)[:500]}
    )
    return saved


@transaction.atomic
def forget_filter(*, user: User, pk: int) -> None:
    """Delete one of the user's own filters; somebody else's stays."""
    SavedFilter.objects.filter(user=user, pk=pk).delete()


def saved_filters(user: User) -> list[SavedFilter]:
    """Return the user's filters by name."""
    return list(SavedFilter.objects.filter(user=user).order_by("name"))
