"""The way in: the same answer for every wrong try, next only on this host, invitations once."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import signing
from django.db import connection
from django_tenants.utils import tenant_context

from accounts.models import User
from accounts.roles import Role
from accounts.services import passwords
from accounts.sessions import INSTALLER_S, STAFF_ABSOLUTE_S, STAFF_IDLE_S
from common import clock
from common.schema import current_schema
from tenants import limits
from tests import cast
from tests.browsing import TenantClient, post_as_browser
from tests.factories import UserFactory

pytestmark = pytest.mark.usefixtures("english")
SIGN_IN = "/sign-in/"
SECRET = "ganz-geheim-7"


def enter(client, username="admin", password=cast.ALPHA.password, **more):
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


@pytest.fixture
def person(company):
    company.dispatcher.set_password(SECRET)
    company.dispatcher.save()
    return company.dispatcher


def test_wrong_name_wrong_password_and_disabled_read_the_same(client, person):
    person.is_active = False
    person.save()
    tries = [("nobody", SECRET), ("admin", "wrong-one"), (person.username, SECRET)]
    answers = [enter(client, name, password) for name, password in tries]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert all("do not match" in answer.content.decode() for answer in answers)
    assert not any("inactive" in answer.content.decode() for answer in answers)


def test_the_sign_in_name_stays_after_a_wrong_password(client, company):
    assert 'value="admin"' in enter(client, password="wrong-one").content.decode()


@pytest.mark.parametrize(("holders", "status"), [(1, 302), (2, 422)])
def test_the_mobile_number_of_one_person_is_as_good_as_the_name(client, person, holders, status):
    for user in [person, UserFactory(unit=person.unit)][:holders]:
        user.phone = "13900004321"
        user.save()
    assert enter(client, "13900004321", SECRET).status_code == status


def test_a_name_that_is_the_number_of_another_opens_its_own_account(client, person):
    UserFactory(unit=person.unit, phone=person.username)
    assert enter(client, person.username, SECRET).status_code == 302


def test_ten_wrong_passwords_lock_this_name_here_and_nowhere_else(client, other_client, company):
    answers = [enter(client, password="wrong-one").status_code for _each in range(10)]
    assert answers[-1] == 429
    assert enter(client).status_code == 429
    assert enter(other_client, password=cast.BETA.password).status_code == 302


def test_a_name_is_locked_from_wherever_it_is_tried(client, company):
    def status_from(last, password):
        form = {"username": "admin", "password": password}
        return client.post(SIGN_IN, form, REMOTE_ADDR=f"203.0.113.{last}").status_code

    for last in range(10):
        status_from(last, "wrong-one")
    assert status_from(99, cast.ALPHA.password) == 429


def test_an_address_that_tries_many_names_is_stopped_at_every_company(
    client, other_client, company, monkeypatch
):
    monkeypatch.setattr(limits, "WRONG_PASSWORDS_PER_QUARTER", 4)
    guesser = {"REMOTE_ADDR": "198.51.100.7"}

    def guess(browser, name, password="wrong-one", **place):
        return browser.post(SIGN_IN, {"username": name, "password": password}, **place).status_code

    browsers = [client, other_client, client, other_client]
    tries = [guess(each, f"name{number}", **guesser) for number, each in enumerate(browsers)]
    assert tries == [422] * 4
    assert guess(other_client, "admin", cast.BETA.password, **guesser) == 429
    elsewhere = {"REMOTE_ADDR": "198.51.100.8"}
    assert guess(client, "admin", cast.ALPHA.password, **elsewhere) == 302


@pytest.mark.parametrize(
    ("target", "goes_to"),
    [
        ("/people/", "/people/"),
        ("/installers/?q=a", "/installers/?q=a"),
        ("//evil.test/", "/"),
        ("https://evil.test/", "/"),
        ("http:///evil.test", "/"),
        ("javascript:alert(1)", "/"),
        ("\\\\evil.test", "/"),
        ("", "/"),
    ],
)
def test_next_is_followed_on_this_host_only(client, company, target, goes_to):
    assert enter(client, next=target)["Location"] == goes_to


def test_the_session_key_changes_at_sign_in(client, company):
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key
    enter(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted


def test_signing_out_is_a_post_and_ends_the_session(client, person):
    client.force_login(person)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize(
    ("role", "page"),
    [("installer", "/me/"), ("finance", "/me/"), ("dispatcher", "/me/"), ("manager", "/me/")],
)
def test_home_leads_to_a_page_the_person_may_open(client, company, role, page):
    user = getattr(company, role)
    client.force_login(getattr(user, "user", user))
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"] != "/"
    assert client.get(answer["Location"]).status_code == 200


def test_an_administrator_of_a_new_company_starts_at_the_first_steps(client, tenant):
    client.force_login(User.objects.get(username="admin"))
    assert client.get("/")["Location"] == "/first-steps/"
    page = client.get("/first-steps/").content.decode()
    assert "Add the regions you work in" in page


@pytest.mark.parametrize(
    ("who", "age_s", "idle_s", "stays"),
    [
        ("dispatcher", STAFF_ABSOLUTE_S - 60, 60, True),
        ("dispatcher", STAFF_ABSOLUTE_S + 60, 60, False),
        ("dispatcher", STAFF_IDLE_S + 120, STAFF_IDLE_S - 60, True),
        ("dispatcher", STAFF_IDLE_S + 120, STAFF_IDLE_S + 60, False),
        ("installer", INSTALLER_S - 60, INSTALLER_S - 60, True),
        ("installer", INSTALLER_S + 60, 60, False),
    ],
)
def test_a_sign_in_lasts_as_long_as_its_kind(client, company, who, age_s, idle_s, stays):
    user = getattr(company, who)
    client.force_login(getattr(user, "user", user))
    session = client.session
    now_s = int(clock.wall_now().timestamp())
    session["started_s"], session["seen_s"] = now_s - age_s, now_s - idle_s
    session.save()
    assert (client.get("/me/").status_code == 200) is stays


def test_a_poll_is_no_activity(client, person):
    client.force_login(person)
    client.get("/me/")
    session = client.session
    seen = session["seen_s"] = int(clock.wall_now().timestamp()) - 3600
    session["started_s"] = seen
    session.save()
    client.get("/me/", headers={"X-Live": "1"})
    assert client.session["seen_s"] == seen
    client.get("/me/")
    assert client.session["seen_s"] > seen


@pytest.mark.parametrize(
    ("header", "status"), [("X-Outbox", 401), ("HX-Request", 401), ("X-Plain", 302)]
)
def test_without_a_sign_in_each_caller_gets_its_own_answer(client, company, header, status):
    answer = client.get("/me/", headers={header: "true"})
    assert answer.status_code == status
    if header == "HX-Request":
        assert answer["HX-Refresh"] == "true"


def test_an_invitation_sets_one_password_and_signs_in(client, company):
    user = UserFactory(unit=company.outlet)
    user.set_unusable_password()
    user.save()
    token = passwords.invitation(user)
    path = f"/invitation/{token}/"
    assert client.get(path).status_code == 200
    assert client.get(path)["Referrer-Policy"] == "same-origin"
    short = client.post(path, {"password": "abc", "again": "abc"})
    assert short.status_code == 422
    differ = client.post(path, {"password": SECRET, "again": SECRET + "x"})
    assert "differ" in differ.content.decode()
    assert client.post(path, {"password": SECRET, "again": SECRET}).status_code == 302
    assert client.get("/me/").status_code == 200
    assert client.get(path).status_code == 410


def test_the_password_a_browser_sends_passes_the_guard_against_forged_forms(client, company):
    user = UserFactory(unit=company.outlet)
    path = f"/invitation/{passwords.invitation(user)}/"
    guarded = TenantClient(client.place, enforce_csrf_checks=True)
    answer = post_as_browser(guarded, path, {"password": SECRET, "again": SECRET})
    assert answer.status_code == 302


def test_a_newer_invitation_ends_the_older_one(client, company):
    user = company.dispatcher
    first = passwords.reset_by_link(user_id=user.pk, actor=company.admin)
    second = passwords.reset_by_link(user_id=user.pk, actor=company.admin)
    assert client.get(f"/invitation/{first}/").status_code == 410
    assert client.get(f"/invitation/{second}/").status_code == 200


def test_an_invitation_ends_after_seven_days(client, company, monkeypatch):
    token = passwords.invitation(company.dispatcher)
    later = clock.wall_now() + timedelta(days=7, minutes=1)
    monkeypatch.setattr(signing.time, "time", lambda: later.timestamp())
    assert client.get(f"/invitation/{token}/").status_code == 410


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "eyJ:1:2"])
def test_an_altered_invitation_is_nothing(client, company, token):
    assert client.get(f"/invitation/{token}/").status_code == 404


def test_an_invitation_of_another_company_is_nothing(client, other_tenant, company):
    with tenant_context(other_tenant):
        token = passwords.invitation(User.objects.get(username="admin"))
        assert current_schema() == cast.BETA.schema
    assert connection.schema_name == cast.ALPHA.schema
    assert client.get(f"/invitation/{token}/").status_code == 404


def test_what_one_person_did_is_not_sent_under_anothers_sign_in(client, person, company):
    client.force_login(person)
    queued = {"X-Outbox": "1", "X-Outbox-User": str(company.admin.pk)}
    assert client.get("/me/", headers=queued).status_code == 401
    assert client.get("/people/", headers=queued).status_code == 401
    own = queued | {"X-Outbox-User": str(person.pk)}
    assert client.get("/me/", headers=own).status_code == 200


def test_a_starting_password_opens_one_page_until_it_is_changed(client, person, company):
    secret = passwords.reset_by_starting_password(user_id=person.pk, actor=company.admin)
    assert enter(client, person.username, secret).status_code == 302
    assert client.get("/people/")["Location"] == "/me/password/"
    assert client.get("/me/", headers={"X-Outbox": "1"}).status_code == 401
    assert client.get("/me/", headers={"HX-Request": "true"})["HX-Redirect"] == "/me/password/"
    wrong = client.post("/me/password/", {"old": "no", "password": SECRET, "again": SECRET})
    assert "not your present password" in wrong.content.decode()
    done = client.post("/me/password/", {"old": secret, "password": SECRET, "again": SECRET})
    assert done.status_code == 302
    assert client.get("/people/").status_code == 200


def test_a_changed_password_ends_other_sign_ins(client, person):
    elsewhere = type(client)(cast.ALPHA)
    client.force_login(person)
    elsewhere.force_login(person)
    new = SECRET + "-neu"
    typed = {"old": SECRET, "password": new, "again": new}
    assert client.post("/me/password/", typed).status_code == 302
    assert client.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302


def test_disabling_ends_the_sign_in_at_once(client, person):
    client.force_login(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/me/").status_code == 302


def test_the_sign_in_page_of_platform_staff_is_their_own(platform_client, platform):
    with tenant_context(platform):
        user = User.objects.get(username="admin")
        assert user.role == Role.PLATFORM
    assert platform_client.get(SIGN_IN).status_code == 200
