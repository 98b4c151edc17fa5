"""What finance corrects of when and where a settled order was done; each is a proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer
from common import clock
from network.forms.choices import TreeChoiceField
from network.models import Region
from settlement.forms_corrections import CorrectionForm
from settlement.recompute.place import corrected_region, region_now
from settlement.recompute.times import corrected_visits, settled_visits
from workorders.visits import Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from settlement.models import Settlement

_MOMENT = "%Y-%m-%dT%H:%M"
HALF = _("Enter both times of a visit, or neither")


def _moment_field(label: str, moment: Any) -> forms.DateTimeField:
    # Whole minutes, as the widget takes them; what was not touched counts to the second as it did.
    shown = clock.china(moment).strftime(_MOMENT) if moment else None
    return forms.DateTimeField(
        label=label,
        required=False,
        initial=shown,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=_MOMENT),
    )


class VisitsForm(CorrectionForm):
    """From when to when a settled order was worked on, visit by visit."""

    title = _("Correct the times on site")
    explanation = _(
        "Hours, night work and delay follow from these times. A visit with both fields empty did not"
        " take place; the last two fields are for one that is missing. Nothing is posted before a"
        " second person approves the difference."
    )
    in_columns = True

    def __init__(self, data: Mapping[str, Any] | None = None, *, settlement: Settlement) -> None:
        super().__init__(data)
        self.settlement = settlement
        self.known: list[Visit] = settled_visits(settlement.work_order)
        ids = [each.installer_id for each in self.known if each.installer_id]
        people = Installer.objects.select_related("user").in_bulk(ids)
        for n, each in enumerate(self.known, start=1):
            who = people.get(each.installer_id or 0, settlement.installer).user.display_name
            words = {"n": n, "who": who}
            start, end = gettext("Visit %(n)s, %(who)s: from"), gettext("Visit %(n)s, %(who)s: to")
            self.fields[f"from_{n}"] = _moment_field(start % words, each.starts_at)
            self.fields[f"to_{n}"] = _moment_field(end % words, each.ends_at)
        self.fields["from_0"] = _moment_field(gettext("Another visit: from"), None)
        self.fields["to_0"] = _moment_field(gettext("Another visit: to"), None)
        times = [name for name in self.fields if name not in ("source", "reason")]
        self.order_fields([*times, "source", "reason"])

    def clean(self) -> dict[str, Any]:
        """Refuse half a visit."""
        found: dict[str, Any] = super().clean() or {}
        for n in range(len(self.known) + 1):
            start, end = f"from_{n}", f"to_{n}"
            is_whole = bool(found.get(start)) == bool(found.get(end))
            if not is_whole and not {start, end} & set(self.errors):
                self.add_error(end if found.get(start) else start, ValidationError(HALF))
        return found

    def asked(self) -> dict[str, Any]:
        """Return the visits that took place."""
        typed = self.cleaned_data
        visits = []
        for n in [*range(1, len(self.known) + 1), 0]:
            start, end = typed[f"from_{n}"], typed[f"to_{n}"]
            if not start:
                continue
            if n == 0:
                visits.append(Visit(self.settlement.installer_id, start, end))
                continue
            was = self.known[n - 1]
            visits.append(
                Visit(
                    was.installer_id,
                    _kept(was.starts_at, start),
                    _kept(was.ends_at, end),
                )
            )
        return corrected_visits(self.settlement, visits=visits, source=typed["source"])


def _kept(was: Any, typed: Any) -> Any:
    """A moment nobody touched keeps its seconds, which the field does not show."""
    return was if was.replace(second=0, microsecond=0) == typed else typed


class RegionForm(CorrectionForm):
    """In which region the site of a settled order really lies."""

    title = _("Correct the region")
    explanation = _(
        "City level, price band, surcharges of the place and list prices follow from the region, as"
        " of the day the order was completed. Which branch settles it stays. Nothing is posted before"
        " a second person approves the difference."
    )

    region: forms.ModelChoiceField[Region] = TreeChoiceField(None, label=_("Right region"))
    field_order = ("region", "source", "reason")

    def __init__(self, data: Mapping[str, Any] | None = None, *, settlement: Settlement) -> None:
        order = settlement.work_order
        super().__init__(data, initial={"region": region_now(order) or order.site_region})
        self.settlement = settlement
        self.fields["region"].queryset = Region.objects.order_by("path")  # type: ignore[attr-defined]  # a model choice

    def asked(self) -> dict[str, Any]:
        """Return the region with what follows from it."""
        typed = self.cleaned_data
        return corrected_region(self.settlement, region=typed["region"], source=typed["source"])
