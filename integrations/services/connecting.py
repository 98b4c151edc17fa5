"""Connects shops and corps: keeps what people enter, seals the secrets, tries the connection."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import wall_now
from common.errors import Conflict, refuse_unless
from common.journal import record
from common.outbox import announce, brought_home
from integrations.addresses import is_callable_address
from integrations.errors import MappingError, PlatformError
from integrations.events import ConnectionSaved, PullDue
from integrations.http import egress_allow
from integrations.keys import Extra, extra_of, seal_extra, seal_secret
from integrations.models import Connection
from integrations.reaching import SHOPS, merchant_of, shop_of, top_gateway, wecom_of
from integrations.services.pulling import COMPARE, PULL
from integrations.tmall.messages import permit
from integrations.token_store import RowTokenStore

if TYPE_CHECKING:
    from accounts.models import User
    from network.models import OrgUnit

_TRIED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """What a person enters; an empty secret or extra value keeps the one that is stored."""

    platform: str
    name: str
    shop_key: str
    client_id: str
    sold_by: OrgUnit
    base_url: str
    is_active: bool = True
    secret: str = field(default="", repr=False)
    extra: Extra = field(default_factory=Extra, repr=False)


@dataclass(frozen=True, slots=True)
class Trial:
    """What trying a connection showed; `message` is the platform's own when it said no."""

    worked: bool
    code: str = ""
    message: str = ""


@transaction.atomic
def save_connection(
    *, facts: ConnectionFacts, actor: User | None, connection_id: int | None = None
) -> Connection:
    """Create or change a connection and read the shop for the first time.

    Raises Refused for an address that may not be called or a missing secret, Conflict when the
    shop is connected already.
    """
    refuse_unless(
        is_callable_address(facts.base_url, egress_allow()),
        "connection.address",
        _("This address may not be called. Use the platform's own https address"),
    )
    connection = (
        Connection.objects.select_for_update().get(pk=connection_id)
        if connection_id
        else Connection()
    )
    refuse_unless(
        facts.secret or (connection.secret_sealed and connection.base_url == facts.base_url),
        "connection.secret",
        _("Enter the secret of the application"),
    )
    same = Connection.objects.filter(platform=facts.platform, shop_key=facts.shop_key)
    if same.exclude(pk=connection.pk).exists():
        raise Conflict("connection.exists", _("This shop is connected already"))
    _fill(connection, facts)
    action = "connection.changed" if connection_id else "connection.added"
    record(actor, action, connection, platform=facts.platform, shop=facts.shop_key)
    announce(ConnectionSaved(connection.pk))
    return connection


def _fill(connection: Connection, facts: ConnectionFacts) -> None:
    other_application = (connection.client_id, connection.base_url) != (
        facts.client_id,
        facts.base_url,
    )
    moved = bool(connection.pk) and connection.base_url != facts.base_url
    connection.platform, connection.name = facts.platform, facts.name
    connection.shop_key, connection.client_id = facts.shop_key, facts.client_id
    connection.sold_by, connection.base_url = facts.sold_by, facts.base_url
    connection.is_active = facts.is_active
    if connection.pk is None:
        # The seal is bound to the row: it needs the row's number first.
        connection.save()
    if facts.secret:
        seal_secret(connection, facts.secret)
    if other_application or facts.secret:
        connection.token_sealed, connection.token_expires_at = "", None
    # What was entered for one address is not sent to another one.
    known = Extra() if moved else extra_of(connection)
    entered = {name: value for name, value in asdict(facts.extra).items() if value}
    if entered or moved:
        seal_extra(connection, replace(known, **entered))
    connection.failures_in_a_row, connection.last_error = 0, ""
    connection.save()


def begin(*, connection_id: int) -> None:
    """Start what a saved connection needs: Tmall's messages switched on, the last days read."""
    connection = Connection.objects.get(pk=connection_id)
    if not connection.is_active or connection.platform not in SHOPS:
        return
    has_messages = connection.platform == Connection.Platform.TMALL
    if has_messages and extra_of(connection).message_group:
        permit(top_gateway(connection, brisk=True))
    with brought_home():
        announce(PullDue(connection.pk, PULL))
        announce(PullDue(connection.pk, COMPARE))


def try_connection(connection: Connection) -> Trial:
    """Call the platform once with the stored secrets and say what came back."""
    try:
        _call_once(connection)
    except (PlatformError, MappingError, ValueError) as error:
        code = getattr(error, "code", "") or getattr(error, "reason", "") or "value"
        message = getattr(error, "message", "") or str(error)
        return Trial(worked=False, code=str(code), message=message[:300])
    Connection.objects.filter(pk=connection.pk).update(last_error="", failures_in_a_row=0)
    return Trial(worked=True)


def _call_once(connection: Connection) -> None:
    if connection.platform == Connection.Platform.WECOM:
        tokens = RowTokenStore(connection)
        wecom_of(connection, tokens).sign_in()
        tokens.flush()
        return
    if connection.platform == Connection.Platform.WECHATPAY:
        merchant_of(connection).payments_exist(wall_now().date() - timedelta(days=1))
        return
    shop = shop_of(connection, brisk=True)
    now = wall_now()
    for _listed in shop.changed(now - _TRIED, now, thorough=False):
        break
    shop.finish()


@transaction.atomic
def pull_now(*, connection: Connection, actor: User) -> None:
    """Have a shop read without waiting for its turn."""
    refuse_unless(
        connection.is_active and connection.platform in SHOPS,
        "connection.off",
        _("This connection is switched off"),
    )
    announce(PullDue(connection.pk, PULL))
    record(actor, "connection.pull_asked", connection)
