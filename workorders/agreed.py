"""What people agree to when several must: the values each gives, and the answers they have before them."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import Installer
from common import clock, formatting
from workorders.models import FormAnswers, SiteFact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workorders.flow import Transition
    from workorders.models import StageStay
    from workorders.services.answers import Answers


def values_agreed(way: Transition, answers: Answers) -> dict[str, str]:
    """Return what a person answers to a way as it is kept with their yes, by the names of ASK_NAMES.

    Reasons and notes are each person's own and not among them.
    """
    found: dict[str, str] = {}
    if answers.installer is not None:
        found["installer"] = str(answers.installer.pk)
    if answers.appointment is not None:
        found["appointment"] = "/".join(each.isoformat() for each in answers.appointment)
    if answers.next_contact_at is not None:
        found["next_contact"] = answers.next_contact_at.isoformat()
    if answers.quote_fen is not None and "quote" in way.asks:
        found["quote"] = str(answers.quote_fen)
    return found


def agreed_words(values: Mapping[str, str], names: Mapping[int, str] | None = None) -> str:
    """Return such values as people read them, e.g. "¥500.00"; "" for none.

    `names` of `agreed_names` saves the query where many are shown.
    """
    said = []
    if quote := values.get("quote"):
        said.append(formatting.money(int(quote)))
    if window := values.get("appointment"):
        starts_at, ends_at = (datetime.fromisoformat(each) for each in window.split("/"))
        said.append(formatting.window(starts_at, ends_at, now=clock.now()))
    if contact := values.get("next_contact"):
        said.append(formatting.when(datetime.fromisoformat(contact), now=clock.now()))
    if installer := values.get("installer"):
        known = agreed_names([values]) if names is None else names
        said.append(known.get(int(installer)) or _("Installer"))
    return " · ".join(said)


def agreed_names(several: Iterable[Mapping[str, str]]) -> dict[int, str]:
    """Return the names of the installers among values, by id: one query, none without one."""
    wanted = {int(values["installer"]) for values in several if values.get("installer")}
    if not wanted:
        return {}
    rows = Installer.objects.filter(pk__in=wanted)
    return dict(rows.values_list("pk", "user__display_name"))


def mark_of(stay: StageStay) -> str:
    """Return the fingerprint of what lies before those who agree in a stay.

    That is every answer to its forms, of departments too, and the quotation in force. A yes holds
    as long as it is the same.
    """
    answers = FormAnswers.objects.filter(stay=stay).order_by("form", "task", "pk")
    quotes = SiteFact.objects.filter(work_order=stay.work_order_id, kind="quote_fen")
    quote = quotes.order_by("observed_at", "pk").values_list("value", flat=True).last()
    seen = [[row.form, row.task_id, row.values] for row in answers]
    text = json.dumps([seen, quote], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
