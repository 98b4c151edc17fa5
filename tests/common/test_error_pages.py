"""What cannot be read is answered with a sentence, never with an empty page or a 500."""

import psycopg
import pytest
from django.db import connection

from tests import cast, databases
from tests.browsing import TenantClient
from tests.factories import UserFactory

SIGN_IN = "/sign-in/"
FORM = "application/x-www-form-urlencoded"


def send(body, **headers):
    client = TenantClient(cast.ALPHA, **headers)
    return client.post(SIGN_IN, data=body, content_type=FORM)


def test_a_body_beyond_the_limit_is_413(database, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = send("username=" + "x" * 2000)
    assert answer.status_code == 413
    assert "太大" in answer.content.decode()


def test_too_many_fields_are_400(database):
    answer = send("&".join(f"a{number}=1" for number in range(1500)))
    assert answer.status_code == 400
    assert "无法识别" in answer.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_zero_character_is_unreadable(client, tenant, method):
    client.force_login(UserFactory(role="dispatcher", unit=None))
    answer = getattr(client, method)("/orders/", {"q": "a\x00b"})
    assert answer.status_code == 400
    assert "无法识别" in answer.content.decode()


@pytest.mark.parametrize(("size", "status"), [(2000, 413), (10, 422)])
def test_the_phone_reads_the_same_as_a_status(database, settings, size, status):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert send("username=" + "x" * size, HTTP_X_OUTBOX="1").status_code == status


@pytest.mark.parametrize(("size", "status"), [(2000, 413), (10, 403)])
def test_htmx_is_told_in_a_toast_and_the_form_stays(database, settings, size, status):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client = TenantClient(cast.ALPHA, HTTP_HX_REQUEST="true")
    client.handler.enforce_csrf_checks = status == 403
    answer = client.post(SIGN_IN, data="username=" + "x" * size, content_type=FORM)
    assert (answer.status_code, answer["HX-Retarget"]) == (status, "#x-toasts")
    assert "x-toast" in answer.content.decode()
    del client.defaults["HTTP_HX_REQUEST"]
    page = client.post(SIGN_IN, data="username=" + "x" * size, content_type=FORM)
    assert page.status_code == status
    assert "HX-Retarget" not in page.headers


def test_a_look_at_a_page_of_another_role_is_told_in_a_toast_too(client, tenant):
    client.force_login(UserFactory(role="finance", unit=None))
    refused = client.get("/orders/enter/", headers={"HX-Request": "true"})
    assert (refused.status_code, refused["HX-Retarget"]) == (403, "#x-toasts")


@pytest.mark.commits
def test_a_database_that_is_away_is_a_503_and_afterwards_all_goes_on(client, tenant):
    client.force_login(UserFactory(role="dispatcher", unit=None))
    client.raise_request_exception = False
    mine = connection.settings_dict["NAME"]
    elsewhere = databases.addresses(databases.first_name())
    with (
        psycopg.connect(elsewhere["DATABASE_OWNER_URL"], autocommit=True) as owner,
        psycopg.connect(elsewhere["DATABASE_URL"], autocommit=True) as served,
    ):
        owner.execute(f'ALTER DATABASE "{mine}" ALLOW_CONNECTIONS false')
        served.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user",
            [mine],
        )
        # The first one loses its connection, the others get none.
        for headers, said in (
            ({}, "几秒后刷新页面"),
            ({"HX-Request": "true"}, "内容还在"),
            ({"X-Outbox": "1", "Accept": "application/json"}, "database.away"),
        ):
            answer = client.get("/orders/", headers=headers)
            connection.close()
            assert (answer.status_code, answer["Retry-After"]) == (503, "5")
            assert said in answer.content.decode()
        owner.execute(f'ALTER DATABASE "{mine}" ALLOW_CONNECTIONS true')
    assert client.get("/orders/").status_code == 200
