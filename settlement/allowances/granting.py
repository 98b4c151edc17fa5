"""Grants allowances and takes them back; the way in for packages above."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused, refuse_unless
from common.journal import record
from common.transactions import transactional
from settlement.engine.money import share_fen
from settlement.ledger import Leg, post, reverse
from settlement.models import Allowance, AllowanceLine, LedgerAccount
from settlement.services.parties import account, installer_party, settling_unit, unit_party

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from accounts.models import Installer, User
    from network.models import OrgUnit

ALLOWANCE = "allowance"
"""The kind of an allowance's entry."""
_AVAILABLE = LedgerAccount.Kind.AVAILABLE


class Part(NamedTuple):
    """A part by its operands: `base_fen` times `num` by `den`, rounded once."""

    code: AllowanceLine.Code
    base_fen: int
    num: int = 1
    den: int = 1

    @property
    def amount_fen(self) -> int:
        """What it comes to."""
        return share_fen(self.base_fen, self.num, self.den)


@transactional
def grant_allowance(
    *,
    source: str,
    kind: Allowance.Kind,
    installer: Installer,
    borrower: OrgUnit,
    on: date,
    parts: Sequence[Part],
    because: Mapping[str, str | int],
    actor: User | None,
) -> Allowance:
    """Give an installer an allowance at the cost of who settles for a unit; once for a source.

    It lands in the first open period from `on`. Refused("allowance.nothing") for parts that come to
    nothing.
    """
    known = Allowance.objects.filter(source=source).first()
    if known is not None:
        return known
    kept = [part for part in parts if part.amount_fen]
    total = sum(part.amount_fen for part in kept)
    refuse_unless(total > 0, "allowance.nothing", _("This allowance comes to nothing"))
    payee, payer = installer_party(installer), unit_party(settling_unit(borrower))
    entry = post(
        kind=ALLOWANCE,
        source_key=f"{ALLOWANCE}:{source}",
        legs=[Leg(account(payer, _AVAILABLE), -total), Leg(account(payee, _AVAILABLE), total)],
        day=on,
    )
    made = Allowance.objects.create(
        source=source, kind=kind, payee=payee, payer=payer, on=on, because=dict(because),
        entry=entry, granted_at=clock.now(),
    )  # fmt: skip
    AllowanceLine.objects.bulk_create(
        AllowanceLine(
            allowance=made, seq=seq, code=part.code, base_fen=part.base_fen, rate_num=part.num,
            rate_den=part.den, amount_fen=part.amount_fen,
        )
        for seq, part in enumerate(kept, start=1)
    )  # fmt: skip
    record(actor, "allowance.granted", made, amount_fen=total)
    return made


@transactional
def take_back_allowance(*, source: str, reason: str, actor: User | None) -> Allowance:
    """Reverse an allowance by a difference posting; a second time: no effect.

    Refused("allowance.unknown") for a source nothing was granted for.
    """
    found = Allowance.objects.select_for_update(of=("self",)).select_related("entry")
    made = found.filter(source=source).first()
    if made is None:
        raise Refused("allowance.unknown", _("There is no such allowance"))
    if made.reversal_id is not None:
        return made
    made.reversal = reverse(
        entry=made.entry, source_key=f"reverse:{made.entry_id}", day=clock.business_day()
    )
    made.taken_back_by, made.taken_back_at = actor, clock.now()
    made.why_back = reason.strip()[:200]
    made.save(update_fields=["reversal", "taken_back_by", "taken_back_at", "why_back"])
    record(actor, "allowance.taken_back", made, reason=made.why_back)
    return made
