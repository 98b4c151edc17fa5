import pytest

from integrations.client import HttpClient, Request
from integrations.egress import is_public, parse_egress_allow
from integrations.errors import Kind, PlatformError
from integrations.strict_json import load_object


def ask(url: str, answers: list[str] | None = None, allow: str = "") -> None:
    """Call a URL whose host resolves to the given addresses, or really when there are none."""
    seen = iter([answers] * 5) if answers else None
    extra = {"resolve": lambda host, port: next(seen)} if seen else {}
    client = HttpClient(egress_allow=parse_egress_allow(allow), wait=lambda seconds: None, **extra)
    client.call(Request("test", "ask", "GET", url), load_object)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104  an address to be refused, nothing binds to it
        "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1",
        "::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:10.0.0.1",
        "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "not an address",
    ],
)  # fmt: skip
def test_an_address_inside_or_beside_the_internet_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["203.107.1.1", "8.8.8.8", "2400:3200::1", "::ffff:8.8.8.8"])
def test_an_address_on_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "answers"),
    [
        ("http://127.0.0.1/", None),
        ("https://127.0.0.1/", None),
        ("https://[::ffff:127.0.0.1]/", None),
        ("https://2130706433/", None),
        ("https://127.1/", None),
        ("https://shop.example/", ["169.254.169.254"]),
        ("https://shop.example/", ["8.8.8.8", "10.0.0.1"]),
        ("http://shop.example/", ["8.8.8.8"]),
        ("https://user:word@shop.example/", ["8.8.8.8"]),
        ("file:///etc/passwd", None),
        ("https://", None),
        ("ht!tp://[", None),
    ],
)
def test_a_target_that_is_not_plainly_public_is_blocked_before_connecting(url, answers):
    with pytest.raises(PlatformError) as blocked:
        ask(url, answers)
    assert (blocked.value.code, blocked.value.kind) == ("egress.blocked", Kind.REFUSED)


def test_a_name_that_changes_its_answer_is_connected_where_it_was_checked(stage):
    asked = []

    def first_here_then_elsewhere(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    allow = frozenset({("shop.example", stage.port)})
    client = HttpClient(egress_allow=allow, resolve=first_here_then_elsewhere)
    url = f"http://shop.example:{stage.port}/control/api/clock"
    assert "now" in client.call(Request("test", "clock", "GET", url), load_object).value
    assert asked == ["shop.example"]


def test_a_permit_is_for_one_port_only(stage):
    with pytest.raises(PlatformError, match=r"egress\.blocked"):
        ask(f"{stage.base}/healthz", allow=f"127.0.0.1:{stage.port + 1}")


def test_a_redirect_is_not_followed(stage):
    stage.fault("redirect", stage.shop("10010001").shop_id)
    stage.buy("10010001")
    with pytest.raises(PlatformError) as refused:
        list(stage.youzan().orders_modified(*stage.last_hour()))
    assert (refused.value.code, refused.value.kind) == ("net.redirect", Kind.REFUSED)


def test_egress_allow_is_read_as_host_and_port_pairs():
    assert parse_egress_allow("127.0.0.1:8899, Sim.local:80,") == {
        ("127.0.0.1", 8899),
        ("sim.local", 80),
    }


@pytest.mark.parametrize("setting", ["127.0.0.1", ":80", "host:http"])
def test_a_malformed_egress_allow_is_an_error(setting):
    with pytest.raises(ValueError, match="host:port"):
        parse_egress_allow(setting)
