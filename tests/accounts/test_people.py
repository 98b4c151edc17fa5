"""Nobody gives a role above their own or places people outside their scope."""

import pytest

from accounts.models import Installer, User
from accounts.roles import Role
from accounts.selectors import visible_installers, visible_users
from accounts.services import people
from common.errors import Refused
from common.journal.models import AuditRecord
from network.models import OrgUnit
from tests.factories import InstallerFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.usefixtures("tenant")


@pytest.fixture
def hq():
    return OrgUnit.objects.get(code="HQ")


@pytest.fixture
def admin(hq):
    return User.objects.get(username="admin")


@pytest.fixture
def branch(hq):
    return UnitFactory(kind=OrgUnit.Kind.BRANCH, parent=hq)


@pytest.fixture
def manager(branch):
    return UserFactory(role=Role.REGION_MANAGER, unit=branch)


def add(actor, unit, role, username="new"):
    return people.add_user(
        username=username, display_name="新人", role=role, unit=unit, actor=actor
    )


def test_a_manager_adds_people_in_the_subtree(manager, branch):
    outlet = UnitFactory(parent=branch)
    user = add(manager, outlet, Role.DISPATCHER)
    assert not user.has_usable_password()
    assert AuditRecord.objects.filter(action="user.added", actor_id=manager.pk).exists()


@pytest.mark.parametrize(
    ("role", "where", "code"),
    [
        (Role.HQ_ADMIN, "hq", "user.role"),
        (Role.HQ_ADMIN, "branch", "user.role"),
        (Role.PLATFORM, "branch", "user.role"),
        (Role.DISPATCHER, "hq", "user.unit"),
        (Role.DISPATCHER, "other", "user.unit"),
    ],
)
def test_a_manager_reaches_neither_above_nor_beside(manager, hq, branch, role, where, code):
    units = {"hq": hq, "branch": branch, "other": UnitFactory(parent=hq)}
    with pytest.raises(Refused) as refusal:
        add(manager, units[where], role)
    assert refusal.value.code == code
    assert not User.objects.filter(username="new").exists()


def test_a_manager_cannot_touch_an_administrator(manager, admin):
    with pytest.raises(Refused) as refusal:
        people.disable_user(user_id=admin.pk, actor=manager)
    assert refusal.value.code == "user.above"


def test_a_sign_in_name_is_given_once(admin, hq):
    add(admin, hq, Role.FINANCE)
    with pytest.raises(Refused) as refusal:
        add(admin, hq, Role.FINANCE)
    assert refusal.value.code == "user.name"


def test_an_administrator_belongs_to_headquarters(admin, branch):
    with pytest.raises(Refused) as refusal:
        add(admin, branch, Role.HQ_ADMIN)
    assert refusal.value.code == "user.place"


def test_nobody_disables_themselves_and_somebody_stays_in_charge(admin, hq):
    with pytest.raises(Refused) as refusal:
        people.disable_user(user_id=admin.pk, actor=admin)
    assert refusal.value.code == "user.self"
    second = add(admin, hq, Role.HQ_ADMIN)
    people.disable_user(user_id=second.pk, actor=admin)
    with pytest.raises(Refused) as refusal:
        people.disable_user(user_id=admin.pk, actor=second)
    assert refusal.value.code == "user.last"


def test_a_disabled_installer_gets_no_more_work(admin):
    installer = InstallerFactory()
    people.disable_user(user_id=installer.user_id, actor=admin)
    assert not Installer.objects.get(pk=installer.pk).is_active
    people.enable_user(user_id=installer.user_id, actor=admin)
    assert Installer.objects.get(pk=installer.pk).is_active


def test_each_list_ends_at_the_scope(admin, manager, branch, hq):
    inside = InstallerFactory(outlet=UnitFactory(parent=branch))
    outside = InstallerFactory(outlet=UnitFactory(parent=hq))
    assert list(visible_installers(actor=manager)) == [inside]
    assert set(visible_installers(actor=admin)) >= {inside, outside}
    assert outside.user not in visible_users(actor=manager)
    assert list(visible_installers(actor=inside.user)) == [inside]
