"""The code on a printed statement: what it proves to anyone who holds the paper."""

from __future__ import annotations

from typing import NamedTuple

from django.core.signing import BadSignature
from django.urls import reverse

from common.formatting import masked_name
from common.schema import current_schema
from common.signing import sign, unsign
from settlement.models import Statement, StatementRun
from settlement.statements.selectors import current_statements
from tenants.addresses import tenant_url
from tenants.models import Tenant

_PURPOSE = "statement"


class Verified(NamedTuple):
    """What the page behind the code shows; the payee is masked, because papers get lost."""

    number: str
    payee: str
    period: str
    total_fen: int
    sha256: str
    is_final: bool
    is_current: bool
    is_superseded: bool


def verification_url(statement: Statement) -> str:
    """Return the full address for the code: signed, worth nothing at another company."""
    token = sign(_PURPOSE, [statement.number, statement.sha256])
    path = reverse("settlement:statement-verify", args=[token])
    tenant = Tenant.objects.get(schema_name=current_schema())
    return tenant_url(tenant).rstrip("/") + path


def verified(token: str) -> Verified | None:
    """Return what is true today of the statement a code names; None for a code of ours it is not.

    `is_current` says whether the paper's fingerprint is that of the statement as it stands;
    `is_superseded` that its period was opened again and no new statement stands yet.
    """
    try:
        number, printed = unsign(_PURPOSE, token)
    except (BadSignature, ValueError, TypeError):
        return None
    statement = current_statements().filter(number=number).first() or _superseded(number)
    if statement is None:
        return None
    state = statement.run.state
    return Verified(
        number=statement.number,
        payee=masked_name(statement.party.name),
        period=str(statement.run.period),
        total_fen=statement.total_fen,
        sha256=statement.sha256,
        is_final=state == StatementRun.State.LOCKED,
        is_current=statement.sha256 == printed,
        is_superseded=state == StatementRun.State.SUPERSEDED,
    )


def _superseded(number: str) -> Statement | None:
    found = Statement.objects.filter(number=number, run__state=StatementRun.State.SUPERSEDED)
    return found.select_related("run__period", "party").order_by("pk").last()
