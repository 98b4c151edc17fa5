"""What differs between two versions of a report, kept as codes and read as sentences; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from workorders.quantities import milli_text

if TYPE_CHECKING:
    from workorders.report.shape import Facts

_ONE_BY_ONE: Mapping[str, tuple[str, Callable[[Any], Any], Callable[[Any], str]]] = {
    "visits": (gettext_noop("Check-in"), lambda one: one.pk, lambda one: one.by),
    "steps": (gettext_noop("Step"), lambda one: one.seq, lambda one: one.name),
    "forms": (gettext_noop("Form"), lambda one: one.pk, lambda one: one.name),
    "photos": (gettext_noop("Photo"), lambda one: one.pk, lambda one: one.label),
    "materials": (
        gettext_noop("Material"),
        lambda one: one.name,
        lambda one: f"{one.name} × {milli_text(one.quantity_milli)} {one.unit}".strip(),
    ),
    "charges": (gettext_noop("Extra charge"), lambda one: one.pk, lambda one: one.reason),
}
_FIELDS: Mapping[str, str] = {
    "outlet": gettext_noop("Outlet"),
    "installer": gettext_noop("Installer"),
    "helpers": gettext_noop("Helpers"),
    "customer": gettext_noop("Customer"),
    "phone": gettext_noop("Phone"),
    "address": gettext_noop("Address"),
    "lon": gettext_noop("Position of the site"),
    "lat": gettext_noop("Position of the site"),
    "precision": gettext_noop("Position of the site"),
    "quantity": gettext_noop("Quantity"),
    "window_from": gettext_noop("Appointment"),
    "window_to": gettext_noop("Appointment"),
    "started_at": gettext_noop("Start of the work"),
    "ended_at": gettext_noop("End of the work"),
    "is_completed": gettext_noop("End of the work"),
    "end_reason": gettext_noop("End of the work"),
    "signature": gettext_noop("Signature"),
}
_SENTENCES = {
    "added": gettext_noop("%(part)s added: %(what)s"),
    "removed": gettext_noop("%(part)s removed: %(what)s"),
    "changed": gettext_noop("%(part)s changed: %(what)s"),
    "field": gettext_noop("%(part)s changed"),
}


class Change(NamedTuple):
    """One difference: added, removed or changed something of a part, or a field of the whole."""

    kind: str
    part: str
    what: str = ""


def changes_between(before: Facts, after: Facts) -> list[Change]:
    """Return the differences in the order a report shows its parts."""
    fields = [
        label for name, label in _FIELDS.items() if getattr(before, name) != getattr(after, name)
    ]
    found = [Change("field", label) for label in dict.fromkeys(fields)]
    for name, (label, key, words) in _ONE_BY_ONE.items():
        old = {key(one): one for one in getattr(before, name)}
        new = {key(one): one for one in getattr(after, name)}
        for each in [*old, *(one for one in new if one not in old)]:
            if old.get(each) == new.get(each):
                continue
            kind = "added" if each not in old else "removed" if each not in new else "changed"
            found.append(Change(kind, label, words(new.get(each) or old[each])))
    return found


def change_words(kept: Iterable[Iterable[str]]) -> list[str]:
    """Return stored changes as sentences in the reader's language."""
    read = (Change(*each) for each in kept)
    return [_(_SENTENCES[one.kind]) % {"part": _(one.part), "what": one.what} for one in read]
