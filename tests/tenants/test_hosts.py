"""Which host name leads where, whatever is written into the Host header."""

import pytest
import redis
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory

from tenants import health
from tenants.host_lookup import clean_host, forget_hosts, tenant_at
from tenants.lifecycle import close_tenant, resume_tenant, suspend_tenant
from tenants.middleware import TenantMiddleware
from tests import cast
from tests.browsing import TenantClient

SIGN_IN = "/sign-in/"


def status_at(host, path=SIGN_IN, **headers):
    return TenantClient(cast.ALPHA, HTTP_HOST=host, **headers).get(path).status_code


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("alpha.localhost", 200),
        ("ALPHA.LocalHost", 200),
        ("alpha.localhost.", 200),
        ("alpha.localhost:8000", 200),
        ("Alpha.localhost.:8000", 200),
        ("nobody.localhost", 404),
        ("www.alpha.localhost", 404),
        ("alpha.localhost.evil.example", 404),
        ("localhost.evil.example", 404),
        ("127.0.0.1", 404),
        ("[::1]", 404),
        ("[::1]:8000", 404),
        ("alpha.localhost%0a", 404),
        ("alpha.localhost, beta.localhost", 404),
        ("alpha localhost", 404),
        ("a" * 300 + ".localhost", 404),
        ("-", 404),
    ],
)
def test_a_host_leads_to_its_company_or_to_nothing(database, host, status):
    assert status_at(host) == status


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "www.localhost", "localhost:8000"])
def test_the_public_host_shows_the_product(database, host):
    assert status_at(host, "/") == 200
    assert status_at(host, SIGN_IN) == 404


def test_a_forwarded_host_is_not_read(database):
    answer = TenantClient(cast.ALPHA, HTTP_X_FORWARDED_HOST=cast.BETA.host).get(SIGN_IN)
    assert cast.ALPHA.name in answer.content.decode()
    assert cast.BETA.name not in answer.content.decode()


def test_the_page_of_an_unknown_host_names_no_company(database):
    body = TenantClient(cast.ALPHA, HTTP_HOST="nobody.localhost").get("/").content.decode()
    for place in (cast.ALPHA, cast.BETA):
        assert place.name not in body
        assert place.slug not in body
    assert "http://localhost" in body


def test_after_an_answer_the_connection_is_in_public(database):
    assert Client(HTTP_HOST=cast.ALPHA.host).get(SIGN_IN).status_code == 200
    assert connection.schema_name == "public"


def test_a_streamed_file_is_read_in_the_companys_schema_to_its_end(database):
    def rows():
        for _row in range(2):
            yield f"{connection.schema_name};".encode()

    middleware = TenantMiddleware(lambda _request: StreamingHttpResponse(rows()))
    answer = middleware(RequestFactory(HTTP_HOST=cast.ALPHA.host).get("/"))
    assert answer.getvalue() == b"t_alpha;t_alpha;"
    assert connection.schema_name == "public"


def test_a_session_cookie_at_the_public_host_is_not_looked_up(public_client):
    public_client.cookies["sid"] = "of-another-program"
    assert public_client.get("/").status_code == 200


@pytest.mark.commits
def test_a_suspended_company_answers_403_and_a_closing_one_410(client, other_client):
    suspend_tenant("t_alpha")
    assert client.get("/").status_code == 403
    assert other_client.get(SIGN_IN).status_code == 200
    resume_tenant("t_alpha")
    assert client.get(SIGN_IN).status_code == 200
    suspend_tenant("t_alpha")
    close_tenant("t_alpha")
    assert client.get("/").status_code == 410


def test_a_known_host_costs_no_query_within_ten_seconds(database, django_assert_num_queries):
    tenant_at(cast.BETA.host)
    forget_hosts()
    with django_assert_num_queries(1):
        tenant_at(cast.ALPHA.host)
    with django_assert_num_queries(0):
        assert tenant_at(cast.ALPHA.host).schema_name == cast.ALPHA.schema


@pytest.mark.parametrize(
    ("raw", "clean"), [("A.Localhost.:80", "a.localhost"), ("[::1]:80", ""), ("x y", "")]
)
def test_a_host_is_lower_case_without_port_and_dot(raw, clean):
    assert clean_host(raw) == clean


def test_health_answers_at_any_host_without_a_company(database):
    answer = TenantClient(cast.ALPHA, HTTP_HOST="10.0.0.7:8000").get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "database": True, "broker": True}


def test_health_says_when_the_broker_is_away(database, monkeypatch):
    nowhere = redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    monkeypatch.setattr(health, "_broker", nowhere)
    answer = TenantClient(cast.PUBLIC).get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "database": True, "broker": False}
