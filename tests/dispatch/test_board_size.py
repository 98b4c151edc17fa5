"""The board of 2,000 installers and 3,000 jobs a day stays as small as that of twelve."""

from __future__ import annotations

import gzip
from html.parser import HTMLParser

import pytest
from django.db import connection

from bench.order_list import copy_row
from common import clock
from dispatch.models import Assignment
from dispatch.services.assigning import assign
from tests.dispatch.town import MONDAY, agree, make_town, person, waiting
from workorders.models import WorkOrder

PEOPLE, JOBS = 2_000, 3_000
MOST_NODES, MOST_BYTES = 2_500, 120 * 1024
BASE = 5_000_000


class Nodes(HTMLParser):
    """Counts elements as the browser makes them; what a <template> holds is none of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def handle_starttag(self, tag, attrs):
        self.count += 1


def nodes(page: str) -> int:
    found = Nodes()
    found.feed(page)
    return found.count


@pytest.fixture
def crowd(tenant):
    """A town whose outlet has 2,000 people, each with one or two visits, and 100 orders waiting."""
    with clock.moved_to(MONDAY):
        town = make_town()
        one = person(town, km=2)
        held = agree(waiting(town, 1), 14)
        assign(order_id=held.pk, installer_id=one.pk, actor=town.dispatcher)
        copy_row(one.user, BASE, BASE + PEOPLE - 1, username="'b' || g", phone="''")
        copy_row(
            one, BASE, BASE + PEOPLE - 1, user_id="g", number="'B' || g",
            home_lon="home_lon + (random() - 0.5) / 2", home_lat="home_lat + (random() - 0.5) / 2",
        )  # fmt: skip
        for row in one.skills.all():
            copy_row(row, BASE, BASE + PEOPLE - 1, installer_id="g")
        given = WorkOrder.objects.get(pk=held.pk)
        visit = Assignment.objects.get(work_order=held, active=True)
        orders_like(given, BASE, JOBS, installer_id=f"{BASE} + mod(g, {PEOPLE})")
        shift = f"((g - {BASE}) / {PEOPLE}) * interval '3 hours'"
        copy_row(
            visit, BASE, BASE + JOBS - 1, work_order_id="g",
            installer_id=f"{BASE} + mod(g, {PEOPLE})",
            span=f"tstzrange(lower(span) - {shift}, upper(span) - {shift})",
        )  # fmt: skip
        orders_like(waiting(town, 2), BASE + JOBS, 100)
        # Nobody counted the rows of this transaction: the planner takes the tables for empty.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = off")
        yield town


def orders_like(order: WorkOrder, first: int, count: int, **changes: str) -> None:
    """Copy an order with its shop order and line in bulk."""
    last = first + count - 1
    copy_row(order.line.order, first, last, number="'E' || g")
    copy_row(order.line, first, last, order_id="g")
    copy_row(order, first, last, number="'WO-B-' || g", line_id="g", **changes)


def measured(client, path: str) -> tuple[str, int, int]:
    answer = client.get(path)
    assert answer.status_code == 200
    return (
        answer.content.decode(),
        nodes(answer.content.decode()),
        len(gzip.compress(answer.content, 6)),
    )


@pytest.mark.parametrize("query", ["", "?span=week", "?page=17"])
def test_the_board_of_two_thousand_stays_small(crowd, client, query):
    client.force_login(crowd.dispatcher)
    page, count, size = measured(client, f"/dispatch/{query}")
    assert count <= MOST_NODES
    assert size <= MOST_BYTES
    assert page.count('class="x-lane"') + page.count("x-who") > 20
    assert page.count("x-job") > 40


def test_all_people_and_jobs_were_there(crowd):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT installer_id) FROM dispatch_assignment")
        jobs, people = cursor.fetchone()
    assert jobs >= JOBS
    assert people >= PEOPLE
