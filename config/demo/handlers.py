"""Makes the demo's history chunk by chunk in the bulk queue; every chunk asks for the next."""

from __future__ import annotations

import logging

from common import clock
from common.outbox import announce, scheduled, subscribe
from common.outbox.events import BULK
from config.demo.bills import bring_bills
from config.demo.events import HistoryContinues
from config.demo.history import make_orders, progress
from config.demo.panel import own_company
from config.demo.plan import companies
from config.demo.receivers import give_receivers
from config.demo.simulators import tell_callbacks
from dispatch.demand.making import make_forecast

log = logging.getLogger(__name__)
CHUNK = 20


@subscribe(HistoryContinues, queue=BULK)
def on_history_continues(event: HistoryContinues) -> None:
    """Make a chunk; the log carries the progress line."""
    company = next(c for c in companies() if c.slug == event.slug)
    made = make_orders(company, CHUNK)
    if event.chunk % 10 == 0 or not made:
        now = progress(company)
        log.info("demo history of %s: %d of %d orders", company.name, now.done, now.total)
        bring_bills()
        give_receivers()
    if not made:
        make_forecast(today=clock.business_day())
    if made:
        following = event.chunk + 1
        announce(HistoryContinues(event.slug, following), key=f"history:{event.slug}:{following}")


@scheduled("demo.callbacks", every_s=300, when=lambda: own_company() is not None, outside=True)
def point_simulators_here() -> None:
    """The simulators forget where to push when their state is wiped; telling twice does no harm."""
    company = own_company()
    if company is not None:
        tell_callbacks(company)
