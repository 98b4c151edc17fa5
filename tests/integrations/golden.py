"""Recorded payloads, read as the client reads them."""

import json
from typing import Any

from tests.integrations.conftest import GOLDEN


def payload(name: str) -> Any:
    """The content of one recorded file."""
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def youzan_order(position: int) -> Any:
    """One full_order_info of the recorded list answer."""
    return payload("S7-youzan-trades-sold-get.json")["data"]["full_order_info_list"][position][
        "full_order_info"
    ]


def tmall_trade() -> Any:
    """The recorded trade."""
    return payload("S3-top-trade-fullinfo.json")["trade_fullinfo_get_response"]["trade"]
