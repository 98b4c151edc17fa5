"""Queued work, stored files and exported lists of one company never reach another: both ways."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django_tenants.utils import schema_context

from accounts.models import User
from common.journal.models import AuditRecord
from common.outbox import announce
from common.outbox.models import OPEN, OutboxRow
from common.outbox.tasks import run_row
from common.tasks import SCHEMA_HEADER
from tests.browsing import TenantClient
from tests.cast import ALPHA, BETA
from tests.factories import UserFactory
from tests.faults.fault_cast import StepTaken
from tests.workorders.walking import arrive
from tests.workorders.world import make_world, open_order, photo, shop_order
from workorders.services.photos import add_photo

BOTH_WAYS = [(ALPHA, BETA), (BETA, ALPHA)]

pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.parametrize(("mine", "theirs"), BOTH_WAYS),
]


def run_as(schema, row_id):
    """Run a row as a worker does, with the schema in the message's headers."""
    return run_row.apply(args=[row_id], headers={SCHEMA_HEADER: schema})


def announced(schema, number):
    """Announce a step in a company; return its row."""
    with schema_context(schema):
        with transaction.atomic():
            announce(StepTaken(number))
        return OutboxRow.objects.filter(topic="StepTaken").latest("pk")


def steps_done(schema):
    with schema_context(schema):
        rows = AuditRecord.objects.filter(action="fault.step")
        return sorted(row.details["number"] for row in rows)


def test_work_announced_in_one_company_is_not_due_in_the_other(mine, theirs):
    announced(mine.schema, 1)
    with schema_context(theirs.schema):
        assert not OutboxRow.objects.filter(topic="StepTaken").exists()


def test_a_message_with_the_wrong_company_runs_that_companys_row_or_nothing(mine, theirs):
    row = announced(mine.schema, 1)
    run_as(theirs.schema, row.pk)
    assert steps_done(mine.schema) == steps_done(theirs.schema) == []
    with schema_context(mine.schema):
        assert OutboxRow.objects.filter(OPEN, pk=row.pk, tries=0).exists()
    run_as(mine.schema, row.pk)
    assert (steps_done(mine.schema), steps_done(theirs.schema)) == ([1], [])


def test_a_key_used_in_one_company_is_free_in_the_other(mine, theirs):
    for place, number in ((mine, 1), (theirs, 2)):
        with schema_context(place.schema), transaction.atomic():
            announce(StepTaken(number), key="the same key")
    for place, number in ((mine, 1), (theirs, 2)):
        with schema_context(place.schema):
            payloads = OutboxRow.objects.filter(topic="StepTaken").values_list("payload", flat=True)
            assert [payload["number"] for payload in payloads] == [number]


def test_a_stored_file_lies_in_its_companys_folder_and_is_not_found_from_another(mine, theirs):
    with schema_context(mine.schema):
        name = default_storage.save("evidence/a.jpg", ContentFile(b"mine"))
        path = Path(default_storage.path(name))
    assert mine.schema in path.parts
    with schema_context(theirs.schema):
        assert not default_storage.exists(name)
        with pytest.raises(FileNotFoundError):
            default_storage.open(name)
        with pytest.raises(SuspiciousFileOperation):
            default_storage.open(f"../{mine.schema}/{name}")
    path.unlink()


def test_a_picture_is_sent_at_its_own_host_alone(mine, theirs):
    with schema_context(mine.schema):
        world = make_world()
        kept = add_photo(
            order_id=arrive(open_order(world), world).pk,
            upload=photo(),
            actor=world.installer.user,
            label="铭牌照",
        )
    answers = {}
    for place in (mine, theirs):
        client = TenantClient(place)
        with schema_context(place.schema):
            client.force_login(User.objects.get(username="admin"))
        answers[place] = client.get(f"/orders/evidence/{kept.pk}/").status_code
    assert answers == {mine: 200, theirs: 404}


def test_an_exported_list_holds_the_orders_of_its_company_alone(mine, theirs):
    numbers = {}
    for place in (mine, theirs):
        with schema_context(place.schema):
            facts = shop_order(number=f"E-{place.slug}")
            numbers[place] = open_order(make_world(), facts).line.order.number
    for place, other in ((mine, theirs), (theirs, mine)):
        client = TenantClient(place)
        with schema_context(place.schema):
            client.force_login(User.objects.get(username="admin"))
        answer = client.get("/orders/export.csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert numbers[place] in text
        assert numbers[other] not in text


def test_a_session_of_one_company_signs_nobody_in_at_the_other(mine, theirs):
    with schema_context(mine.schema):
        user = UserFactory(pk=4712, username="twin", password="md5$same")
    with schema_context(theirs.schema):
        UserFactory(pk=4712, username="twin", password="md5$same")
    client, other = TenantClient(mine), TenantClient(theirs)
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    other.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert other.get("/me/")["Location"].startswith("/sign-in/")
    with schema_context(mine.schema):
        assert Session.objects.filter(pk=cookie).exists()
    assert client.get("/me/").status_code == 200
