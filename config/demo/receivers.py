"""Where the money of the demo's payees goes, once they have earned something."""

from __future__ import annotations

from hashlib import sha256

from accounts.models import User
from settlement.models import Party
from settlement.payouts.accounts import keep_account
from settlement.payouts.wallets import keep_wallet

_EACH = 200
_BANK = "云汀商业银行"


def give_receivers() -> int:
    """Keep bank accounts and WeChat receivers of payees without one; return how many.

    Every sixth installer has no receiver and every seventh payee no account yet, so that the
    pages show what finance does about it. No bank issues numbers that begin like these.
    """
    actor = User.objects.get(username="caiwu")
    return _give_wallets(actor) + _give_accounts(actor)


def _give_wallets(actor: User) -> int:
    waiting = Party.objects.filter(kind=Party.Kind.INSTALLER, wallet=None).order_by("pk")
    found = [party for party in waiting[:_EACH] if party.pk % 6]
    for party in found:
        sign = sha256(f"{party.key}".encode()).hexdigest()[:26]
        keep_wallet(
            party_id=party.pk, kind="PERSONAL_OPENID", name=party.name, account=f"o6{sign}",
            actor=actor,
        )  # fmt: skip
    return len(found)


def _give_accounts(actor: User) -> int:
    kinds = [Party.Kind.INSTALLER, Party.Kind.UNIT]
    waiting = Party.objects.filter(kind__in=kinds, bank_account=None).order_by("pk")
    found = [party for party in waiting[:_EACH] if party.pk % 7]
    for party in found:
        keep_account(
            party_id=party.pk, holder=party.name, bank=_BANK, number=f"0000{party.pk:015d}",
            actor=actor,
        )  # fmt: skip
    return len(found)
