"""Sends a WeCom card to a member of the corp, once, and keeps what became of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.models import Installer
from common import clock
from common.outbox import brought_home
from common.schema import current_schema
from integrations.errors import Kind, PlatformError
from integrations.models import Connection, SentCard
from integrations.reaching import hears_presses, wecom_of
from integrations.token_store import RowTokenStore
from integrations.wecom.cards import ButtonCard, TextCard
from tenants.addresses import tenant_url
from tenants.models import Tenant

SENT, FAILED = "sent", "failed"
ACCEPT = "accept"
"""The key of the button that says yes to an order."""
_HISTORY = timedelta(hours=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Note:
    """One card to one person; `key` makes it go out once, `button` says what opens the page.

    `facts` stand in rows on a card that can be accepted, which a card with a button is for.
    """

    key: str
    title: str
    text: str
    path: str
    facts: tuple[tuple[str, str], ...] = ()
    button: str = ""

    @property
    def task_id(self) -> str:
        """The key in the letters that WeCom allows; `source_key_of` reads it back."""
        return self.key.replace(":", "-")


def source_key_of(task_id: str) -> str:
    """Return the key of the card that a pressed button names."""
    return task_id.replace("-", ":")


def send_to_installer(installer_id: int, note: Note) -> SentCard | None:
    """Send an installer a card as `send_card` does."""
    member = Installer.objects.values_list("user__wecom_userid", flat=True).get(pk=installer_id)
    return send_card(member, note)


def send_card(member: str, note: Note) -> SentCard | None:
    """Send a member of the corp a card once; one that WeCom will never deliver is kept as failed, for people to see.

    PlatformError for a bad moment of the platform: the row that wants it runs again.
    """
    connection = Connection.objects.filter(
        is_active=True, platform=Connection.Platform.WECOM
    ).order_by("pk").first()  # fmt: skip
    # History that is made afterwards tells nobody's phone of last month's work.
    is_history = clock.now() < clock.wall_now() - _HISTORY
    if connection is None or not member or is_history:
        return None
    sent = SentCard.objects.filter(source_key=note.key).first()
    if sent is not None and sent.state == SENT:
        return sent
    card = sent or SentCard(source_key=note.key)
    card.connection, card.to_user, card.title = connection, member, note.title[:128]
    card.text, card.sent_at = note.text[:512], clock.wall_now()
    tokens = RowTokenStore(connection)
    card.state, card.error = _deliver(connection, tokens, member, note)
    with brought_home():
        tokens.flush()
        card.save()
    return card


def _deliver(
    connection: Connection, tokens: RowTokenStore, member: str, note: Note
) -> tuple[str, str]:
    message = _card(note, has_buttons=bool(note.facts) and hears_presses(connection))
    try:
        answer = wecom_of(connection, tokens).send([member], message)
    except PlatformError as error:
        if error.kind in (Kind.RETRY, Kind.LIMIT):
            raise
        log.warning("card to %s not sent: %s", member, error.code)
        return FAILED, str(error)[:200]
    if member in answer.not_reached:
        return FAILED, _("WeCom knows no member %(member)s") % {"member": member}
    return SENT, ""


def _card(note: Note, *, has_buttons: bool) -> ButtonCard | TextCard:
    url, open_text = _url(note.path), note.button or _("Open the job")
    if not has_buttons:
        return TextCard(title=note.title, description=note.text, url=url, button=open_text)
    return ButtonCard(
        title=note.title,
        text=note.text,
        rows=note.facts,
        task_id=note.task_id,
        buttons=[(ACCEPT, _("Accept the job"))],
        url=url,
        open_text=open_text,
    )


def _url(path: str) -> str:
    tenant = Tenant.objects.get(schema_name=current_schema())
    return tenant_url(tenant).rstrip("/") + path
