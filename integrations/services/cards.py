"""Tells installers by WeCom card what they were given, what was taken away, what they earned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Installer
from common import clock, formatting
from dispatch.models import HelpRequest
from integrations.services.card_sending import Note, send_to_installer
from settlement.models import Settlement
from workorders.selectors import work_order_by_id
from workorders.services.accepting import is_accepted_by_card

if TYPE_CHECKING:
    from collections.abc import Iterable

    from integrations.models import SentCard
    from settlement.models import SettlementLine
    from workorders.models import WorkOrder

ASSIGNED = "assigned"
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


def tell_assigned(*, order_id: int, installer_id: int) -> SentCard | None:
    """Tell an installer of an order that is theirs now, as long as it still is.

    While it waits for a yes, and WeCom knows our address, the card has a button that says it.
    """
    order = work_order_by_id(order_id)
    if order.installer_id != installer_id or order.assigned_at is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        title = _("New work order: %(service)s") % {"service": order.item_version.name}
        note = _of_job(order, f"{order.assigned_at.timestamp():.0f}", title)
    return send_to_installer(installer_id, note)


def tell_asked_again(*, order_id: int, installer_id: int, at: int) -> SentCard | None:
    """Ask an installer to accept an order that goes on, as long as it waits for that."""
    order = work_order_by_id(order_id)
    if order.installer_id != installer_id or not is_accepted_by_card(order):
        return None
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Goes on, accept again: %(service)s") % {"service": order.item_version.name}
        note = _of_job(order, f"{at}r", title)
    return send_to_installer(installer_id, note)


def _of_job(order: WorkOrder, moment: str, title: str) -> Note:
    words = _("%(when)s, %(place)s. Tap for the details.")
    return Note(
        key=f"{ASSIGNED}:{order.pk}:{order.installer_id}:{moment}",
        title=title,
        text=words % {"when": _window(order), "place": _place(order)},
        path=reverse("workorders-phone:job", args=[order.number]),
        facts=_facts(order) if is_accepted_by_card(order) else (),
    )


def tell_message(*, order_id: int, installer_id: int, action_id: int, text: str) -> SentCard | None:
    """Tell an installer what the flow of an order says, as long as they have the order."""
    order = work_order_by_id(order_id)
    if order.installer_id != installer_id:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        title = _("About your job: %(service)s") % {"service": order.item_version.name}
    path = reverse("workorders-phone:job", args=[order.number])
    note = Note(key=f"told:{action_id}:{installer_id}", title=title, text=text, path=path)
    return send_to_installer(installer_id, note)


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
    return send_to_installer(installer_id, note)


def tell_help_asked(*, help_id: int) -> SentCard | None:
    """Tell a colleague that somebody asks for their help, as long as they may still answer."""
    asked = HelpRequest.objects.select_related("asker__user").get(pk=help_id)
    if not asked.waits or asked.colleague_id is None:
        return None
    order = work_order_by_id(asked.work_order_id)
    with translation.override(settings.LANGUAGE_CODE):
        words = _("%(service)s, %(place)s: %(reason)s. Tap to answer.")
        note = Note(
            key=f"help:{asked.pk}",
            title=_("%(name)s asks for your help") % {"name": asked.asker.user.display_name},
            text=words
            % {
                "service": order.item_version.name,
                "place": _place(order),
                "reason": asked.get_reason_display(),
            },
            path=reverse("workorders-phone:today"),
        )
    return send_to_installer(asked.colleague_id, note)


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
    return send_to_installer(installer_id, note)


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
    return send_to_installer(installer_id, note)


def _facts(order: WorkOrder) -> tuple[tuple[str, str], ...]:
    return (
        (_("Visit time"), _window(order)),
        (_("Where the work is"), _place(order)),
        (_("Work order"), order.number),
    )


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
