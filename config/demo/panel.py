"""Shows on the first page of a demo company how far its history has been made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from common.outbox.models import OPEN, OutboxRow
from common.schema import current_schema
from config.demo.events import HistoryContinues
from config.demo.history import progress
from config.demo.plan import Company, companies

if TYPE_CHECKING:
    from django.http import HttpRequest


def own_company() -> Company | None:
    """The demo company whose schema is active, None in any other."""
    return next((c for c in companies() if current_schema() == f"t_{c.slug}"), None)


def history_panel(_request: HttpRequest, _subject: Any) -> SafeString:
    """The line of the active demo company; nothing anywhere else."""
    company = own_company()
    return history_line(company) if company else SafeString("")


def history_line(company: Company) -> SafeString:
    """Say how many of the planned orders are there, as long as more are on their way."""
    if not OutboxRow.objects.filter(OPEN, topic=HistoryContinues.topic()).exists():
        return SafeString("")
    return render_to_string("demo/_history.html", {"history": progress(company)})
