"""Anyone opens a company on the public site, and finds the way to it."""

import pytest
from django.contrib.sessions.models import Session
from django.utils import translation
from django_tenants.utils import schema_context, tenant_context

from accounts.models import User
from tenants.limits import SIGN_UPS_PER_HOUR
from tenants.models import Tenant
from tests import cast
from tests.browsing import TenantClient

GOOD = {
    "company": "伽马卫浴服务",
    "slug": "gamma",
    "pack": "",
    "admin_name": "赵敏",
    "phone": "138 0000 2222",
    "password": "a-long-password",
}


@pytest.mark.commits
def test_a_filled_in_form_opens_a_company_and_shows_its_address(public_client):
    answer = public_client.post("/sign-up/", GOOD, follow=True)
    assert answer.status_code == 200
    body = answer.content.decode()
    assert "http://gamma.localhost:8000/" in body
    assert "13800002222" in body
    tenant = Tenant.objects.get(schema_name="t_gamma")
    assert (tenant.name, tenant.status, tenant.kind) == ("伽马卫浴服务", "active", "company")
    with tenant_context(tenant):
        assert User.objects.get().check_password("a-long-password")


@pytest.mark.commits
def test_the_first_administrator_can_sign_in_at_the_new_address(public_client):
    public_client.post("/sign-up/", GOOD)
    there = TenantClient(cast.Place(host="gamma.localhost", schema="t_gamma"))
    given = {"username": "13800002222", "password": "a-long-password"}
    assert there.post("/sign-in/", given).status_code == 302
    with schema_context("t_gamma"):
        assert Session.objects.get().get_decoded()["_auth_user_id"] == str(User.objects.get().pk)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("company", "", "company"),
        ("slug", "ab", "3 to 30"),
        ("slug", "杭州", "3 to 30"),
        ("slug", "杭州安装", "letters a-z"),
        ("slug", "www", "reserved"),
        ("slug", "alpha", "taken"),
        ("slug", "ＡＬＰＨＡ", "taken"),
        ("phone", "12345", "11 digits"),
        ("phone", "1380000222x", "11 digits"),
        ("password", "short", "password"),
        ("password", "12345678", "password"),
        ("pack", "no-such-pack", "pack"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_typed_is_lost(public_client, field, value, sentence):
    public_client.cookies["lang"] = "en"
    answer = public_client.post("/sign-up/", GOOD | {field: value})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == [field]
    with translation.override("en"):
        assert sentence in f"{field} {form.errors[field]}".lower()
    assert "伽马卫浴服务" in answer.content.decode() or field == "company"
    assert "a-long-password" not in answer.content.decode()


def test_full_width_digits_of_a_phone_are_read(public_client):
    answer = public_client.post(
        "/sign-up/", GOOD | {"phone": "＋８６１３８００００２２２２", "slug": "x"}
    )
    assert "phone" not in answer.context["form"].errors


def test_markup_in_a_name_is_shown_as_text(public_client):
    answer = public_client.post("/sign-up/", GOOD | {"company": "<script>x</script>", "slug": "x"})
    assert "<script>x" not in answer.content.decode()


@pytest.mark.commits
def test_one_network_opens_only_so_many_companies_an_hour(public_client, monkeypatch):
    monkeypatch.setattr("tenants.views.public.SIGN_UPS_PER_HOUR", 1)
    assert SIGN_UPS_PER_HOUR > 1
    assert public_client.post("/sign-up/", GOOD).status_code == 302
    again = public_client.post("/sign-up/", GOOD | {"slug": "delta"})
    assert again.status_code == 429
    assert not Tenant.objects.filter(schema_name="t_delta").exists()
    elsewhere = TenantClient(cast.PUBLIC, REMOTE_ADDR="10.1.1.1")
    assert elsewhere.post("/sign-up/", GOOD | {"slug": "delta"}).status_code == 302


@pytest.mark.parametrize(
    "typed",
    ["alpha", " Alpha ", "alpha.localhost", "http://alpha.localhost:8000/orders/", "ａｌｐｈａ"],
)
def test_a_company_is_found_by_its_address(public_client, typed):
    answer = public_client.get("/find/", {"company": typed})
    assert (answer.status_code, answer["Location"]) == (302, "http://alpha.localhost:8000/")


@pytest.mark.parametrize(
    "typed", ["nobody", "platform", "evil.example", "//evil.example", "", "%0d%0a"]
)
def test_an_unknown_company_leads_nowhere(public_client, typed):
    answer = public_client.get("/find/", {"company": typed})
    assert answer.status_code == 422


def test_the_browser_may_be_sent_from_the_form_to_a_company(public_client):
    for page in ("/", "/find/"):
        policy = public_client.get(page)["Content-Security-Policy"]
        assert "form-action 'self' http://*.localhost:8000" in policy


def test_an_altered_done_page_shows_nothing(public_client):
    assert public_client.get("/sign-up/done/abc/").status_code == 404
