"""The list as a CSV file that a spreadsheet opens as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context

from common import clock, formatting
from common.csv_files import csv_line
from common.schema import current_schema
from workorders.listing import OrderRow, order_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from workorders.models import WorkOrder

MOST_ROWS = 50_000
_CHUNK = 500


def csv_lines(orders: QuerySet[WorkOrder]) -> Iterator[bytes]:
    """Return the file in pieces: UTF-8 with a mark, a header, a line an order, 50,000 at most.

    Cells a spreadsheet would run as a formula begin with an apostrophe; phones are masked. The
    pieces are read when the request has left its tenant: they go back to it by themselves.
    """
    return _in_schema(current_schema(), get_language() or "", orders)


def _in_schema(schema: str, language: str, orders: QuerySet[WorkOrder]) -> Iterator[bytes]:
    with schema_context(schema), override(language):
        yield from _pieces(orders)


def _pieces(orders: QuerySet[WorkOrder]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + csv_line(_header())
    newest = orders.order_by("-created_at", "-pk")[:MOST_ROWS]
    chunk: list[WorkOrder] = []
    for order in newest.iterator(chunk_size=_CHUNK):
        chunk.append(order)
        if len(chunk) == _CHUNK:
            yield b"".join(csv_line(_cells(row)) for row in order_rows(chunk))
            chunk = []
    yield b"".join(csv_line(_cells(row)) for row in order_rows(chunk))


def _header() -> list[str]:
    return [
        _("Number"), _("Shop order number"), _("Platform"), _("State"), _("Service item"),
        _("Quantity"), _("Paid"), _("Customer"), _("Phone"), _("Address"), _("Region"),
        _("Sold by"), _("Served by"), _("Settled by"), _("Installer"), _("Urgent"), _("Created"),
        _("Appointment"), _("Due"), _("Completed"),
    ]  # fmt: skip


def _cells(row: OrderRow) -> list[str]:
    order = row.order
    return [
        order.number,
        order.line.order.number,
        order.line.order.platform,
        row.stage_name,
        order.item_version.name,
        str(order.quantity),
        "" if order.price_included else formatting.yuan(order.paid_fen),
        order.contact.name,
        formatting.masked_phone(order.contact.phone),
        str(order.address),
        order.site_region.name if order.site_region else "",
        order.sold_by.name,
        order.served_by.name if order.served_by else "",
        order.settled_by.name if order.settled_by else "",
        order.installer.user.display_name if order.installer else "",
        _("yes") if order.urgent else "",
        _moment(order.created_at),
        _moment(order.window_starts_at),
        _moment(order.due_at),
        _moment(order.completed_at),
    ]


def _moment(moment: datetime | None) -> str:
    return f"{clock.china(moment):%Y-%m-%d %H:%M}" if moment else ""
