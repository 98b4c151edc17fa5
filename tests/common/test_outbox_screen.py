"""The screen for failed tasks: see what failed, start it again or do without it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.clock import wall_now
from common.errors import Conflict
from common.journal.models import AuditRecord
from common.journal.selectors import records_of
from common.outbox import drain
from common.outbox.models import OutboxRow
from common.outbox.selectors import failed_rows
from common.outbox.services import retry_task, skip_task
from tests.common.outbox_cast import BellRung, on_bell

pytestmark = pytest.mark.usefixtures("tenant")
HANDLER = f"{on_bell.__module__}.{on_bell.__qualname__}"


def a_row(key="k", *, late_s=0, **state):
    return OutboxRow.objects.create(
        topic=BellRung.topic(),
        handler=HANDLER,
        key=key,
        payload=BellRung(1).payload(),
        queue="interactive",
        due_at=wall_now() - timedelta(seconds=late_s),
        **state,
    )


def a_dead_row(key="k"):
    return a_row(key, dead_at=wall_now(), tries=3, last_error="ValueError: 三次失败")


@pytest.fixture
def admin():
    return get_user_model().objects.get(username="admin")


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


@pytest.mark.parametrize(
    ("late_s", "state", "shown"),
    [
        (0, {"dead_at": wall_now()}, True),
        (121, {}, True),
        (60, {}, False),
        (999, {"done_at": wall_now()}, False),
        (0, {"dead_at": wall_now(), "done_at": wall_now()}, False),
    ],
)
def test_the_list_holds_what_was_given_up_and_what_is_two_minutes_late(late_s, state, shown):
    a_row(late_s=late_s, **state)
    assert failed_rows().exists() is shown


def test_a_retried_task_starts_afresh_and_the_journal_names_who(admin):
    row = a_dead_row()
    retry_task(row_id=row.pk, actor=admin)
    assert drain(strict=True) == 1
    (kept,) = records_of(row)
    assert (kept.action, kept.actor_id) == ("task.retried", admin.pk)
    assert kept.details["error"] == "ValueError: 三次失败"


def test_a_skipped_task_never_runs_and_the_journal_names_who(admin):
    row = a_dead_row()
    skip_task(row_id=row.pk, actor=admin)
    assert drain() == 0
    assert not AuditRecord.objects.filter(action="test.bell").exists()
    assert records_of(row).get().action == "task.skipped"


@pytest.mark.parametrize("act", [retry_task, skip_task])
def test_a_finished_task_can_be_neither_retried_nor_skipped(admin, act):
    row = a_row(done_at=wall_now())
    with pytest.raises(Conflict):
        act(row_id=row.pk, actor=admin)


def test_the_page_shows_the_error_and_its_buttons_work(desk):
    row, other = a_dead_row("1"), a_dead_row("2")
    page = desk.get(reverse("outbox:task-list"))
    assert page.status_code == 200
    assert "ValueError: 三次失败" in page.content.decode()
    assert desk.post(reverse("outbox:task-retry", args=[row.pk])).status_code == 302
    assert desk.post(reverse("outbox:task-skip", args=[other.pk])).status_code == 302
    assert not failed_rows().exists()


def test_all_tasks_of_the_topic_shown_start_again_and_no_others(desk):
    for key in "123":
        a_dead_row(key)
    other = a_dead_row("4")
    OutboxRow.objects.filter(pk=other.pk).update(topic="another")
    page = desk.get(reverse("outbox:task-list"), {"topic": "another"}).content.decode()
    assert (f"task-{other.pk}" in page, page.count('<tr id="task-')) == (True, 1)
    retried = desk.post(reverse("outbox:tasks-retry"), {"topic": BellRung.topic()})
    assert retried.status_code == 302
    assert [row.pk for row in failed_rows()] == [other.pk]
    desk.post(reverse("outbox:tasks-retry"), {"topic": ""})
    assert not failed_rows().exists()
    assert AuditRecord.objects.filter(action="task.retried").count() == 4


def test_without_failures_the_page_says_so(desk):
    assert "x-empty" in desk.get(reverse("outbox:task-list")).content.decode()


@pytest.mark.parametrize("row_id", [0, 10**20])
def test_an_unknown_task_is_not_found(desk, row_id):
    assert desk.post(reverse("outbox:task-retry", args=[row_id])).status_code == 404


def test_the_list_costs_the_same_for_one_row_and_for_fifty(desk):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            desk.get(reverse("outbox:task-list"))
        return len(seen)

    a_dead_row()
    queries()
    one = queries()
    for number in range(50):
        a_dead_row(str(number))
    assert queries() == one
