"""Every post that moves money takes effect once: its view asks for a key before anything happens."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.conf import settings

from common.access import MONEY
from common.access_check import walk

ROWS = tomllib.loads(Path(__file__).with_name("permission_matrix.toml").read_text("utf-8"))[
    "company"
]
# A route that may do without, and why.
WITHOUT = {
    "settlement/payouts/<int:pk>/export/": "hands out the same file again; no answer with whole "
    "account numbers is kept",
    "settlement/quotations/price/": "says what an offer would cost while it is being typed, and keeps "
    "nothing",
    "settlement/quotations/of-order/": "says which surcharges an order would carry while it is being "
    "typed, and keeps nothing",
    "settlement/bills/files/read/": "shows what a file would bring and writes nothing; who goes "
    "back and chooses another file is not told that the key was used",
}


def test_a_post_behind_a_permission_over_money_takes_effect_once():
    naked = [
        route
        for route, pattern in walk(settings.ROOT_URLCONF)
        if "post" in ROWS.get(route, {})
        and pattern.callback.kq_access in MONEY
        and not getattr(pattern.callback, "kq_takes_effect_once", False)
    ]
    assert sorted(naked) == sorted(WITHOUT)
