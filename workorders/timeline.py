"""What happened to a work order: written as code and values, read as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common import clock, formatting
from common.gathering import keep
from workorders.happened import happened
from workorders.models import ChargeCode, LateEntry, Signature, TimelineEvent, WorkOrder
from workorders.timeline_sentences import SENTENCES

if TYPE_CHECKING:
    from accounts.models import User


class Kind(StrEnum):
    """Which icon an event has."""

    SYSTEM = "system"
    PEOPLE = "people"
    PHOTO = "photo"
    MONEY = "money"
    ALERT = "alert"


def note(
    order: WorkOrder,
    code: str,
    *,
    kind: Kind = Kind.SYSTEM,
    actor: User | None = None,
    **params: Any,
) -> TimelineEvent:
    """Add an event; values are JSON scalars, amounts fen, moments ISO texts.

    KeyError for a code without a sentence: nobody could ever read it.
    """
    SENTENCES[code]
    when = happened(order)
    event = TimelineEvent(
        work_order=order,
        kind=kind,
        code=code,
        params=params,
        actor=actor,
        at=when.at,
        received_at=when.received_at,
    )
    keep(event)
    return event


def sentence(event: TimelineEvent) -> str:
    """Return the event in the reader's language; an unknown code reads as itself."""
    # Booking moves nothing: naming one stage twice would read as a mistake.
    stays = event.code == "moved" and event.params.get("from") == event.params.get("to")
    template = SENTENCES.get("stayed" if stays else event.code)
    if template is None:
        return event.code
    shown = {name: _shown(event.code, name, value) for name, value in event.params.items()}
    return _(template) % {**_EMPTY, **shown}


def sent_later(received_at: datetime | None) -> str:
    """Return the words for what a phone told of later than it was done; empty for anything else."""
    if received_at is None:
        return ""
    when = formatting.when(received_at, now=clock.now())
    return _("Done offline, received %(when)s") % {"when": when}


_EMPTY = dict.fromkeys(
    [
        "shop_number",
        "item",
        "quantity",
        "transition",
        "from",
        "to",
        "installer",
        "outlet",
        "reason",
        "window",
        "text",
        "distance",
        "seq",
        "name",
        "label",
        "number",
        "material",
        "unit",
        "value",
        "source",
        "amount",
        "rating",
        "remark",
        "address",
        "before",
        "after",
        "what",
        "region",
        "days",
        "radius",
        "moment",
        "relation",
        "task",
        "said",
        "why",
    ],
    formatting.NO_VALUE,
)


def _money(value: Any) -> str:
    return formatting.money(int(value))


def _window(value: Any) -> str:
    start, _slash, end = str(value).partition("/")
    ends_at = datetime.fromisoformat(end) if end else None
    return formatting.window(datetime.fromisoformat(start), ends_at, now=clock.now())


def _listed(value: Any) -> str:
    return "、".join(_(str(each)) for each in value) if isinstance(value, list) else _(str(value))


_NOT_BELIEVED = {
    "future": gettext_noop("the phone's clock was set back meanwhile"),
    "old": gettext_noop("that is longer ago than the company takes a phone's word for"),
    "early": gettext_noop("the work order came to this stage and its installer only then"),
}
_READ: Mapping[str, Callable[[Any], str]] = {
    "amount": _money,
    "window": _window,
    "distance": lambda value: formatting.km(value),
    "radius": lambda value: formatting.distance(value),
    "relation": lambda value: str(dict(Signature.Relation.choices).get(value, value)),
    "late_kind": lambda value: str(dict(LateEntry.Kind.choices).get(value, value)),
    "moment": lambda value: formatting.when(datetime.fromisoformat(value), now=clock.now()),
    "said": lambda value: formatting.when(datetime.fromisoformat(value), now=clock.now()),
    "why": lambda value: _(_NOT_BELIEVED.get(value, value)),
    "reason": _listed,
    "what": _listed,
}
_FEN_CODES = frozenset({"shop_paid", "shop_refunded"})


_FLAGS = {"yes": gettext_noop("yes"), "no": gettext_noop("no")}


def _shown(code: str, name: str, value: Any) -> str:
    if value is None or value == "":
        return formatting.NO_VALUE
    if code in _FEN_CODES and name in ("before", "after"):
        return _money(value)
    if name == "name" and code.startswith("charge_"):
        return str(dict(ChargeCode.choices).get(value, value))
    if code == "fact" and value in _FLAGS:
        return _(_FLAGS[value])
    return _READ.get(name, str)(value)
