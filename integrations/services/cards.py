"""Tells installers by WeCom card what they were given, what was taken away, what they earned."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Installer
from common import clock, formatting
from common.outbox import brought_home
from common.schema import current_schema
from integrations.errors import Kind, PlatformError
from integrations.models import Connection, SentCard
from integrations.reaching import hears_presses, wecom_of
from integrations.token_store import RowTokenStore
from integrations.wecom.cards import ButtonCard, TextCard
from settlement.models import Dispute, Settlement
from tenants.addresses import tenant_url
from tenants.models import Tenant
from workorders.selectors import work_order_by_id
from workorders.services.accepting import is_accepted_by_card

if TYPE_CHECKING:
    from collections.abc import Iterable

    from settlement.models import SettlementLine
    from workorders.models import WorkOrder

SENT, FAILED = "sent", "failed"
ACCEPT = "accept"
"""The key of the button that says yes to an order."""
ASSIGNED = "assigned"
_HISTORY = timedelta(hours=1)
_LINES_BYTES = 260
"""A card's text holds 512 bytes: what is left takes a long line more, the name and the number."""
_INSTALLER = "installer"
_COMPOUND = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "皇甫",
        "东方",
        "尉迟",
        "公孙",
        "令狐",
        "慕容",
        "司徒",
        "司空",
        "夏侯",
        "宇文",
        "长孙",
        "端木",
        "独孤",
    ]
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Note:
    """One card to one installer; `key` makes it go out once.

    `facts` stand in rows on a card that can be accepted, which a card with a button is for.
    """

    key: str
    title: str
    text: str
    path: str
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def task_id(self) -> str:
        """The key in the letters that WeCom allows; `source_key_of` reads it back."""
        return self.key.replace(":", "-")


def source_key_of(task_id: str) -> str:
    """Return the key of the card that a pressed button names."""
    return task_id.replace("-", ":")


def tell_assigned(*, order_id: int, installer_id: int) -> SentCard | None:
    """Tell an installer of an order that is theirs now, as long as it still is.

    While it waits for a yes, and WeCom knows our address, the card has a button that says it.
    """
    order = work_order_by_id(order_id)
    if order.installer_id != installer_id or order.assigned_at is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        note = Note(
            key=f"{ASSIGNED}:{order.pk}:{installer_id}:{order.assigned_at.timestamp():.0f}",
            title=_("New work order: %(service)s") % {"service": order.item_version.name},
            text=_("%(when)s, %(place)s. Tap for the details.")
            % {"when": _window(order), "place": _place(order)},
            path=reverse("workorders-phone:job", args=[order.number]),
            facts=_facts(order) if is_accepted_by_card(order) else (),
        )
    return _send(installer_id, note)


def tell_joined(*, order_id: int, installer_id: int) -> SentCard | None:
    """Tell a helper of a job they are to help on, as long as somebody leads it."""
    order = work_order_by_id(order_id)
    if order.installer is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        words = _("With %(lead)s, %(when)s, %(place)s. Tap for the details.")
        note = Note(
            key=f"joined:{order.pk}:{installer_id}:{clock.business_day()}",
            title=_("Help on: %(service)s") % {"service": order.item_version.name},
            text=words
            % {
                "lead": order.installer.user.display_name,
                "when": _window(order),
                "place": _place(order),
            },
            path=reverse("workorders-phone:job", args=[order.number]),
        )
    return _send(installer_id, note)


def tell_cancelled(*, order_id: int, installer_id: int) -> SentCard | None:
    """Tell an installer that an order they had was cancelled or refunded: do not go there."""
    order = work_order_by_id(order_id)
    if order.cancelled_at is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        note = Note(
            key=f"cancelled:{order.pk}:{installer_id}",
            title=_("Cancelled: %(service)s") % {"service": order.item_version.name},
            text=_("%(place)s, work order %(number)s was cancelled. Please do not go there.")
            % {"place": _place(order), "number": order.number},
            path=reverse("workorders-phone:today"),
        )
    return _send(installer_id, note)


def tell_settled(*, settlement_id: int, installer_id: int) -> SentCard | None:
    """Tell an installer what a finished order brought, line by line as it was settled."""
    settlement = Settlement.objects.select_related("work_order__item_version").get(pk=settlement_id)
    if settlement.status != Settlement.Status.ACTIVE:
        return None
    order = settlement.work_order
    lines = list(
        settlement.lines.filter(party_role=_INSTALLER, payee__installer=installer_id)
        .exclude(amount_fen=0)
        .order_by("seq")
    )
    net_fen = sum(line.amount_fen for line in lines)
    is_lead = settlement.installer_id == installer_id
    installer = Installer.objects.select_related("user").get(pk=installer_id)
    with translation.override(settings.LANGUAGE_CODE):
        words = _("%(name)s, the work order %(number)s %(service)s you completed is settled: "
                  "%(lines)s. Tap to see each line.")  # fmt: skip
        note = Note(
            key=f"settled:{settlement.pk}" + ("" if is_lead else f":{installer_id}"),
            title=_("Settled: %(amount)s") % {"amount": formatting.money(net_fen)},
            text=words
            % {
                "name": _address_by_name(installer),
                "number": order.number,
                "service": order.item_version.name,
                "lines": _lines(lines),
            },
            path=reverse(
                "workorders-phone:job" if is_lead else "settlement-phone:job", args=[order.number]
            ),
        )
    return _send(installer_id, note)


DECISIONS = ("uphold", "reject", "leave_open", "silence")


def tell_decided(*, dispute_id: int, move: str) -> SentCard | None:
    """Tell an installer how their dispute was decided, or what it still lacks."""
    dispute = Dispute.objects.select_related("line", "period_line", "claimant_party").get(
        pk=dispute_id
    )
    installer_id = dispute.claimant_party.installer_id
    if installer_id is None:
        return None
    step = dispute.steps.filter(move=move).order_by("pk").last()
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Dispute over “%(line)s”: %(state)s")
        state = Dispute.State(step.to_state).label if step else dispute.get_state_display()
        paid = formatting.money(dispute.decided_fen) if dispute.decided_fen else ""
        note = Note(
            key=f"dispute:{dispute.pk}:{step.pk if step else move}",
            title=title % {"line": dispute.label, "state": state},
            text=" ".join(part for part in (paid, step.text if step else "") if part),
            path=reverse("settlement-phone:dispute", args=[dispute.number]),
        )
    return _send(installer_id, note)


def _send(installer_id: int, note: Note) -> SentCard | None:
    """Send a card once; one that WeCom will never deliver is kept as failed, for people to see.

    PlatformError for a bad moment of the platform: the row that wants it runs again.
    """
    connection = Connection.objects.filter(
        is_active=True, platform=Connection.Platform.WECOM
    ).order_by("pk").first()  # fmt: skip
    member = Installer.objects.values_list("user__wecom_userid", flat=True).get(pk=installer_id)
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
    url, open_text = _url(note.path), _("Open the job")
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


def _facts(order: WorkOrder) -> tuple[tuple[str, str], ...]:
    return (
        (_("Visit time"), _window(order)),
        (_("Where the work is"), _place(order)),
        (_("Work order"), order.number),
    )


def _url(path: str) -> str:
    tenant = Tenant.objects.get(schema_name=current_schema())
    return tenant_url(tenant).rstrip("/") + path


def _window(order: WorkOrder) -> str:
    if order.window_starts_at is None:
        return _("No appointment yet")
    return formatting.window(order.window_starts_at, order.window_ends_at, now=clock.now())


def _place(order: WorkOrder) -> str:
    # The door is for the job page, which knows who is looking.
    return f"{order.address.city}{order.address.district}"


def _address_by_name(installer: Installer) -> str:
    name = installer.user.display_name
    surname = name[:2] if name[:2] in _COMPOUND else name[:1]
    return _("Master %(surname)s") % {"surname": surname}


def _lines(lines: Iterable[SettlementLine]) -> str:
    """The installer's lines as a sum; lines beyond what a card holds are counted, never cut."""
    text, left = "", list(lines)
    while left and len(text.encode()) < _LINES_BYTES:
        line = left.pop(0)
        sign = "−" if line.amount_fen < 0 else "+" if text else ""
        amount = formatting.yuan(abs(line.amount_fen))
        text += sign + _("%(label)s %(amount)s yuan") % {"label": line.label, "amount": amount}
    if left:
        text += ngettext(" and %(n)d more line", " and %(n)d more lines", len(left)) % {
            "n": len(left)
        }
    return text
