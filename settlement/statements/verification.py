"""The code on a printed statement: what it proves to anyone who holds the paper."""

from __future__ import annotations

from typing import NamedTuple

from django.core.signing import BadSignature
from django.urls import reverse

from common.formatting import NO_VALUE
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


def verification_url(statement: Statement) -> str:
    """Return the full address for the code: signed, worth nothing at another company."""
    token = sign(_PURPOSE, [statement.number, statement.sha256])
    path = reverse("settlement:statement-verify", args=[token])
    tenant = Tenant.objects.get(schema_name=current_schema())
    return tenant_url(tenant).rstrip("/") + path


def verified(token: str) -> Verified | None:
    """Return what is true today of the statement a code names; None for a code of ours it is not.

    `is_current` says whether the paper's fingerprint is that of the statement as it stands.
    """
    try:
        number, printed = unsign(_PURPOSE, token)
    except (BadSignature, ValueError, TypeError):
        return None
    statement = current_statements().filter(number=number).first()
    if statement is None:
        return None
    return Verified(
        number=statement.number,
        payee=masked(statement.party.name),
        period=str(statement.run.period),
        total_fen=statement.total_fen,
        sha256=statement.sha256,
        is_final=statement.run.state == StatementRun.State.LOCKED,
        is_current=statement.sha256 == printed,
    )


def masked(name: str) -> str:
    """Return a name's first character and stars."""
    return f"{name[0]}{'*' * max(1, len(name) - 1)}" if name else NO_VALUE
