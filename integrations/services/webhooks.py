"""Webhooks of a company's own: kept with a sealed secret, called signed, by the flow of an order.

The call carries `X-Kuaqu-Signature: t=<seconds>,v1=<hex>`, the HMAC-SHA256 of "<seconds>.<body>"
under the webhook's secret, and `X-Kuaqu-Delivery`, the same for every try of one call.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common import clock
from common.journal import record
from common.outbox import brought_home
from common.schema import current_schema
from common.sealed import seal, unseal
from common.transactions import transactional
from integrations.client import Request, wire_body
from integrations.errors import Kind, PlatformError
from integrations.http import platform_client
from integrations.models import Webhook
from workorders.models import FiredAction
from workorders.services.fired_actions import fail_action, settle_action

if TYPE_CHECKING:
    from accounts.models import User

_TAIL = 4
_AGAIN = (Kind.RETRY, Kind.LIMIT)


@transactional
def save_webhook(*, webhook: Webhook, secret: str, actor: User) -> Webhook:
    """Keep a webhook; an empty secret leaves the one that is stored."""
    webhook.save()
    if secret:
        webhook.secret_sealed = seal(secret, place=f"webhook:{webhook.pk}")
        webhook.secret_tail = secret[-_TAIL:]
        webhook.save(update_fields=["secret_sealed", "secret_tail"])
    record(actor, "webhook.saved", webhook, code=webhook.code, url=webhook.url)
    return webhook


def call_webhook(*, action_id: int, hook: str) -> None:
    """Call a webhook for an action of a flow, and note on the order what came of it."""
    action = _action(action_id)
    if action.state == FiredAction.State.DONE:
        return
    webhook = Webhook.objects.filter(code=hook, is_active=True).first()
    if webhook is None:
        with brought_home():
            words = _("There is no webhook “%(code)s” in use") % {"code": hook}
            fail_action(action_id=action_id, reason=words)
        return
    error = _called(webhook, action)
    with brought_home():
        webhook.last_called_at = clock.wall_now()
        webhook.last_error = str(error)[:300] if error else ""
        webhook.save(update_fields=["last_called_at", "last_error"])
        if error is None:
            settle_action(
                action_id=action_id,
                code="hook_called",
                name=webhook.name,
                text=action.fired.trigger,
            )
        else:
            again = error.kind in _AGAIN
            fail_action(action_id=action_id, reason=str(error), again=again)


def signature(secret: str, body: bytes, at_s: int) -> str:
    """Return the signature header of a body sent at a moment (seconds)."""
    signed = hmac.new(secret.encode(), b"%d." % at_s + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={signed}"


def _called(webhook: Webhook, action: FiredAction) -> PlatformError | None:
    body = _told(action)
    secret = unseal(webhook.secret_sealed, place=f"webhook:{webhook.pk}")
    at_s = int(clock.wall_now().timestamp())
    request = Request(
        platform="webhook",
        operation=webhook.code,
        method="POST",
        url=webhook.url,
        body=body,
        headers={
            "X-Kuaqu-Signature": signature(secret, wire_body(body), at_s),
            "X-Kuaqu-Delivery": f"{current_schema()}-{action.pk}",
        },
        repeatable=True,
        any_success=True,
    )
    try:
        platform_client(brisk=True).call(request, lambda _answer: None)
    except PlatformError as error:
        return error
    return None


def _told(action: FiredAction) -> dict[str, Any]:
    order, stay = action.work_order, action.fired.stay
    return {
        "id": action.pk,
        "trigger": action.fired.trigger,
        "at": action.at.isoformat(),
        "order": order.number,
        "stage": stay.stage,
        "stage_name": stay.name,
        "entered_at": stay.entered_at.isoformat(),
        "flow": stay.flow_version.key,
        "flow_version": stay.flow_version.number,
    }


def _action(action_id: int) -> FiredAction:
    rows = FiredAction.objects.select_related("work_order", "fired__stay__flow_version")
    return rows.get(pk=action_id)
