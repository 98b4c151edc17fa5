"""Payees' receivers at WeChat Pay: sealed at rest, opened only for the request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.sealed import seal, unseal
from settlement.models import Party, PayeeWallet, PayoutBatch, PayoutItem
from settlement.payouts.telling import tell_payee

if TYPE_CHECKING:
    from accounts.models import User

_OPENID = re.compile(r"[A-Za-z0-9_-]{20,64}\Z")
_MERCHANT = re.compile(r"\d{8,32}\Z")


@transaction.atomic
def keep_wallet(*, party_id: int, kind: str, name: str, account: str, actor: User) -> PayeeWallet:
    """Keep who receives a payee's shares, and tell them of a change.

    Refused for what is neither an openid nor a merchant; the same again changes nothing.
    """
    typed = account.strip()
    pattern = _OPENID if kind == PayeeWallet.Kind.PERSON else _MERCHANT
    refuse_unless(kind in PayeeWallet.Kind.values, "wallet.kind", _("Choose person or merchant"))
    sentence = _("An openid has 20 to 64 letters and digits, a merchant number 8 to 32 digits")
    refuse_unless(pattern.match(typed), "wallet.account", sentence)
    refuse_unless(name.strip(), "wallet.name", _("WeChat Pay checks the real name: enter it"))
    party = Party.objects.select_for_update().get(pk=party_id)
    known = PayeeWallet.objects.filter(party=party).first()
    if known and (known.kind, known.name, _account(known)) == (kind, name.strip(), typed):
        return known
    wallet, _made = PayeeWallet.objects.update_or_create(
        party=party,
        defaults={
            "kind": kind,
            "name": name.strip(),
            "account_sealed": seal(typed, place=f"payee-wallet:{party.pk}"),
            "last_digits": typed[-4:],
            "updated_by": actor,
            "updated_at": clock.now(),
        },
    )
    record(actor, "payee_wallet.kept", wallet, party=party.pk, last_digits=typed[-4:])
    if known:
        tell_payee(party, bank=_("WeChat Pay"), digits=wallet.last_digits, actor=actor)
    return wallet


def _account(wallet: PayeeWallet) -> str:
    return unseal(wallet.account_sealed, place=f"payee-wallet:{wallet.party_id}")


def item_to_wallet(wallet: PayeeWallet, batch: PayoutBatch, amount_fen: int) -> PayoutItem:
    """Return an unsaved transfer to the receiver as it is now, sealed anew for it."""
    account = _account(wallet)
    return PayoutItem(
        batch=batch,
        party_id=wallet.party_id,
        amount_fen=amount_fen,
        holder=wallet.name,
        bank=wallet.kind,
        number_sealed=seal(account, place=f"payout-item:{batch.pk}:{wallet.party_id}"),
        last_digits=wallet.last_digits,
    )
