"""The address limits and lockout count by cannot be typed by a client."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from common.proxies import ClientAddressMiddleware
from config import env

PEER = "10.0.0.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.7", PEER),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "", PEER),
        (1, "unknown", PEER),
        (1, "203.0.113.7:4711", PEER),
        (2, "203.0.113.7", PEER),
    ],
)
def test_only_what_our_own_proxies_wrote_down_is_believed(settings, proxies, forwarded, address):
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=PEER, HTTP_X_FORWARDED_FOR=forwarded)
    assert ClientAddressMiddleware(lambda seen: seen.META["REMOTE_ADDR"])(request) == address


@pytest.mark.parametrize("typed", ["-1", "one", "1.5", "１"])
def test_the_number_of_proxies_is_a_whole_number(monkeypatch, typed):
    monkeypatch.setenv("PROXIES", typed)
    with pytest.raises(ImproperlyConfigured, match="PROXIES"):
        env.count("PROXIES")
