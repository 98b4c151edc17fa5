"""The bank accounts of payees: sealed at rest, four digits shown, opened only for the bank's file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.sealed import seal, unseal
from settlement.models import Party, PayeeAccount, PayoutBatch, PayoutItem
from settlement.payouts.telling import tell_payee

if TYPE_CHECKING:
    from accounts.models import User

_NUMBER = re.compile(r"\d{8,30}\Z")


@transaction.atomic
def keep_account(
    *, party_id: int, holder: str, bank: str, number: str, actor: User
) -> PayeeAccount:
    """Keep where a payee's money goes, and tell them of a change; the number may hold spaces.

    Refused when it is none; the same account again changes nothing.
    """
    digits = re.sub(r"[\s-]", "", number)
    refuse_unless(
        _NUMBER.match(digits), "account.number", _("An account number has 8 to 30 digits")
    )
    refuse_unless(
        holder.strip() and bank.strip(), "account.names", _("Name the holder and the bank")
    )
    party = Party.objects.select_for_update().get(pk=party_id)
    known = PayeeAccount.objects.filter(party=party).first()
    named = (holder.strip(), bank.strip())
    if known and (known.holder, known.bank) == named and account_number(known) == digits:
        return known
    account, _made = PayeeAccount.objects.update_or_create(
        party=party,
        defaults={
            "holder": holder.strip(),
            "bank": bank.strip(),
            "number_sealed": seal(digits, place=_place(party.pk)),
            "last_digits": digits[-4:],
            "updated_by": actor,
            "updated_at": clock.now(),
        },
    )
    record(actor, "payee_account.kept", account, party=party.pk, last_digits=digits[-4:])
    if known:
        tell_payee(party, bank=account.bank, digits=account.last_digits, actor=actor)
    return account


def account_number(account: PayeeAccount) -> str:
    """Return the whole number; whoever asks notes in the journal why."""
    return unseal(account.number_sealed, place=_place(account.party_id))


def item_to(account: PayeeAccount, batch: PayoutBatch, amount_fen: int) -> PayoutItem:
    """Return an unsaved transfer to the account as it is now; the number is sealed anew for it."""
    return PayoutItem(
        batch=batch,
        party_id=account.party_id,
        amount_fen=amount_fen,
        holder=account.holder,
        bank=account.bank,
        number_sealed=seal(account_number(account), place=_item_place(batch.pk, account.party_id)),
        last_digits=account.last_digits,
    )


def item_number(item: PayoutItem) -> str:
    """Return the whole number a transfer was drafted with; only for the bank's file."""
    return unseal(item.number_sealed, place=_item_place(item.batch_id, item.party_id))


def _item_place(batch_id: int, party_id: int) -> str:
    return f"payout-item:{batch_id}:{party_id}"


def _place(party_id: int) -> str:
    return f"payee-account:{party_id}"
