"""Most payees of the demo can be paid, and some show what is asked when they cannot."""

from __future__ import annotations

from config.demo.receivers import give_receivers
from settlement.models import Party, PayeeAccount, PayeeWallet
from tests.factories import InstallerFactory, UserFactory


def test_most_payees_get_where_their_money_goes_and_a_second_call_adds_nothing(tenant):
    UserFactory(username="caiwu")
    for number in range(12):
        one = InstallerFactory()
        Party.objects.create(
            kind=Party.Kind.INSTALLER,
            installer=one,
            key=f"installer:{number}",
            name=f"师傅{number}",
        )
    given = give_receivers()
    accounts, wallets = PayeeAccount.objects.count(), PayeeWallet.objects.count()
    assert given == accounts + wallets
    assert 8 <= accounts < 12
    assert 8 <= wallets < 12
    assert give_receivers() == 0
