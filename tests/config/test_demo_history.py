"""While a demo company's history is being made, its first page says how far it is."""

from __future__ import annotations

import re

from django.db import transaction

from common.outbox import announce
from common.outbox.models import OutboxRow
from config.demo.events import HistoryContinues
from config.demo.panel import history_line, history_panel
from config.demo.plan import companies
from tests.factories import UserFactory


def test_the_line_is_there_while_more_orders_are_on_their_way(tenant):
    company = companies()[1]
    UserFactory(username="diaodu")
    assert history_line(company) == ""
    with transaction.atomic():
        announce(HistoryContinues(company.slug, 1))
    shown = re.sub(r"<[^>]+>", " ", history_line(company))
    done, total = map(int, re.findall(r"\b(\d+)\b", shown)[:2])
    assert (done, total > 1_000) == (0, True)
    OutboxRow.objects.update(done_at=OutboxRow.objects.get().due_at)
    assert history_line(company) == ""


def test_another_company_has_no_such_line(tenant):
    assert history_panel(None, None) == ""
