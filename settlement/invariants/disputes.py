"""What must always be true of held money: a dispute or a retention explains it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Sum
from django.db.models.functions import Coalesce

from common.invariants import invariant
from settlement.disputes.flow import HOLDING
from settlement.invariants.settlements import ACTIVE
from settlement.models import (
    Dispute,
    Posting,
    Release,
)


@invariant("I5", "Held money belongs to an open dispute or to a retention with its day")
def held_money_has_an_exit() -> Iterator[str]:
    """Held balances by party against open disputes and parts that wait for their day."""
    want: dict[int, int] = {}
    for party_id, fen in Dispute.objects.exclude(held_fen=0).values_list(
        "claimant_party_id", "held_fen"
    ):
        want[party_id] = want.get(party_id, 0) + fen
    waiting = Release.objects.filter(
        settlement__status=ACTIVE, released_at=None, due_on__isnull=False
    ).values_list(Coalesce("payee", "settlement__installer__party"), "amount_fen")
    for party_id, fen in waiting:
        want[party_id] = want.get(party_id, 0) + fen
    held = Posting.objects.filter(account__kind="held").values_list("account__party_id")
    for party_id, total in held.annotate(total=Sum("amount_fen")):
        due = want.pop(party_id, 0)
        if int(total) != due:
            yield f"party {party_id} holds {total} fen, disputes and retentions explain {due}"
    for party_id, due in want.items():
        if due:
            yield f"party {party_id} holds nothing, disputes and retentions explain {due} fen"
    ended = Dispute.objects.exclude(held_fen=0).exclude(state__in=HOLDING)
    for number in ended.values_list("number", flat=True):
        yield f"dispute {number} is answered and still holds money"
