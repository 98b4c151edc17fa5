"""The pages about people: who sees what, and how a form answers."""

from datetime import date, timedelta

import pytest

from accounts.models import Installer, Skill, User
from accounts.roles import Role
from accounts.services.installers import keep_certificate
from common.clock import business_day
from tests.factories import InstallerFactory, UserFactory

pytestmark = pytest.mark.usefixtures("english")
PERSON = {"username": "zhang", "display_name": "张敏", "phone": "13700000001", "role": "dispatcher"}


def file_of(company, **changes):
    """A complete form of an installer's file."""
    grade = company.installer.grade
    return {
        "display_name": "刘海涛",
        "phone": "13900001111",
        "username": "liu",
        "number": "A9",
        "kind": "installer",
        "outlet": company.outlet.pk,
        "grade": grade.pk,
        "address": "浙江省杭州市西湖区文三路 8 号",
        "max_jobs_per_day": 6,
        "radius_km": 40,
        "from_0": "09:00",
        "to_0": "18:00",
    } | changes


@pytest.mark.parametrize("role", ["admin", "manager", "dispatcher", "finance"])
@pytest.mark.parametrize("path", ["/people/", "/installers/", "/settings/", "/skills/", "/me/"])
def test_everybody_at_a_desk_reads_the_lists(client, company, role, path):
    client.force_login(getattr(company, role))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/people/", "/installers/", "/settings/", "/skills/", "/people/new/", "/first-steps/"]
)
def test_an_installer_has_no_desk(client, company, path):
    client.force_login(company.installer.user)
    assert client.get(path).status_code == 403


@pytest.mark.parametrize(
    "path", ["/people/new/", "/installers/new/", "/skills/new/", "/grades/new/", "/first-steps/"]
)
def test_a_dispatcher_changes_nobody(client, company, path):
    client.force_login(company.dispatcher)
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("what", ["", "edit/", "certificates/", "leave/"])
def test_a_file_outside_the_scope_does_not_exist(client, company, what):
    client.force_login(company.manager)
    assert client.get(f"/installers/{company.stranger.pk}/{what}").status_code == 404
    assert client.get(f"/installers/{company.installer.pk}/{what}").status_code == 200


@pytest.mark.parametrize("what", ["", "access/"])
def test_a_person_outside_the_scope_does_not_exist(client, company, what):
    client.force_login(company.manager)
    assert client.get(f"/people/{company.admin.pk}/{what}").status_code == 404
    assert client.get(f"/people/{company.dispatcher.pk}/{what}").status_code == 200


@pytest.mark.parametrize("action", ["disable", "enable"])
def test_nobody_outside_the_scope_is_switched(client, company, action):
    client.force_login(company.manager)
    assert client.post(f"/people/{company.admin.pk}/{action}/").status_code == 404
    assert client.post(f"/people/{company.dispatcher.pk}/{action}/").status_code == 302


def test_people_of_another_company_do_not_exist(client, company, other_tenant):
    client.force_login(company.admin)
    assert client.get("/people/99999999999999999999/").status_code == 404
    assert client.get("/installers/99999999999999999999/").status_code == 404


def test_a_new_person_comes_in_by_a_link(client, company):
    client.force_login(company.manager)
    answer = client.post("/people/new/", PERSON | {"unit": company.outlet.pk}, follow=True)
    user = User.objects.get(username="zhang")
    assert not user.has_usable_password()
    assert "/invitation/" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"username": "admin"}, "already in use"),
        ({"username": "a b"}, "Letters, digits"),
        ({"display_name": ""}, "required"),
        ({"phone": "abc"}, "phone number"),
        ({"role": "hq_admin"}, "hq_admin"),
        ({"unit": "hq"}, "choice"),
    ],
)
def test_a_wrong_entry_keeps_what_was_typed(client, company, change, sentence):
    client.force_login(company.manager)
    typed = PERSON | {"unit": company.outlet.pk} | change
    if typed["unit"] == "hq":
        typed["unit"] = company.hq.pk
    answer = client.post("/people/new/", typed, headers={"HX-Request": "true"})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in body
    assert "13700000001" in body or "phone" in change
    assert "<html" not in body
    assert not User.objects.filter(display_name="张敏").exists()


def test_a_refusal_through_htmx_is_a_toast_and_leaves_the_form(client, company):
    client.force_login(company.admin)
    answer = client.post(f"/people/{company.admin.pk}/disable/", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#x-toasts"


def test_hidden_fields_change_nothing(client, company):
    client.force_login(company.manager)
    person = company.dispatcher
    form = {
        "display_name": "新名",
        "phone": "",
        "role": "dispatcher",
        "unit": company.outlet.pk,
        "wecom_userid": "",
        "is_active": "",
        "username": "taken",
        "must_change_password": "on",
    }
    assert client.post(f"/people/{person.pk}/", form).status_code == 302
    changed = User.objects.get(pk=person.pk)
    assert (changed.username, changed.is_active) == (person.username, True)
    assert (changed.display_name, changed.must_change_password) == ("新名", False)


def test_an_installer_is_placed_at_the_centre_of_the_district_in_the_address(client, company):
    client.force_login(company.manager)
    answer = client.post("/installers/new/", file_of(company))
    assert answer.status_code == 302, answer.content.decode()
    installer = Installer.objects.get(number="A9")
    assert abs(float(installer.home_lon) - 120.13) < 0.1
    assert [hours.weekday for hours in installer.hours.all()] == [0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"lon": "120.1"}, "belong together"),
        ({"to_0": "08:00"}, "later than"),
        ({"to_0": ""}, "both times"),
        ({"radius_km": "0"}, "Enter at least"),
        ({"lat": "95", "lon": "1"}, "Enter at most"),
    ],
)
def test_an_impossible_file_says_what_is_wrong(client, company, change, sentence):
    client.force_login(company.manager)
    answer = client.post("/installers/new/", file_of(company, **change))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Installer.objects.filter(number="A9").exists()


def test_editing_shows_and_keeps_skills(client, company):
    Skill.objects.get_or_create(code="AC", defaults={"name": "空调"})
    client.force_login(company.manager)
    path = f"/installers/{company.installer.pk}/edit/"
    assert client.get(path).status_code == 200
    typed = file_of(company, skill_AC="3", number=company.installer.number)
    assert client.post(path, typed).status_code == 302
    assert [skill.rank for skill in company.installer.skills.all()] == [3]
    assert "空调" in client.get(f"/installers/{company.installer.pk}/").content.decode()


@pytest.mark.parametrize(
    ("days_left", "word"), [(-1, "Expired"), (0, "until"), (30, "until"), (31, "低压电工证")]
)
def test_a_certificate_shows_how_it_stands(client, company, days_left, word):
    until = business_day() + timedelta(days=days_left)
    keep_certificate(
        installer=company.installer, code="CERT-LV", number="", valid_until=until, actor=None
    )
    client.force_login(company.admin)
    page = client.get("/installers/").content.decode()
    row = page.split(f'id="installer-{company.installer.pk}"')[1].split("</tr>")[0]
    assert word in row
    assert ("Expired" in row or "until" in row) == (days_left <= 30)


def test_certificates_and_leave_are_kept_and_removed(client, company):
    client.force_login(company.manager)
    path = f"/installers/{company.installer.pk}"
    certificate = {"code": "CERT-LV", "number": "7", "valid_until": "2030-01-01"}
    leave = {"starts_on": "2030-01-01", "ends_on": "2030-01-02", "reason": "探亲"}
    assert client.post(f"{path}/certificates/", certificate).status_code == 302
    assert client.post(f"{path}/certificates/", certificate).status_code == 302
    assert client.post(f"{path}/leave/", leave).status_code == 302
    assert client.post(f"{path}/leave/", leave).status_code == 422
    kept = company.installer.certifications.get()
    assert kept.valid_until == date(2030, 1, 1)
    client.force_login(UserFactory(role=Role.REGION_MANAGER, unit=company.elsewhere))
    assert client.post(f"/certificates/{kept.pk}/remove/").status_code == 404
    client.force_login(company.manager)
    assert client.post(f"/certificates/{kept.pk}/remove/").status_code == 302
    assert client.post(f"/leave/{company.installer.leaves.get().pk}/remove/").status_code == 302


@pytest.mark.parametrize("path", ["/people/", "/installers/"])
def test_a_list_takes_the_same_queries_for_one_row_and_for_fifty(
    client, company, path, django_assert_max_num_queries
):
    client.force_login(company.admin)
    client.get(path)
    with django_assert_max_num_queries(100) as few:
        client.get(path)
    for _each in range(20):
        installer = InstallerFactory(outlet=company.outlet)
        keep_certificate(
            installer=installer, code="C", number="", valid_until=business_day(), actor=None
        )
    with django_assert_max_num_queries(len(few)):
        client.get(path)


def test_the_menu_leads_to_ones_own_page(client, company):
    client.force_login(company.dispatcher)
    assert 'href="/me/"' in client.get("/people/").content.decode()
