"""Opens a link on a phone: the first phone has it, another one after it shows whose it is."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from django.contrib.auth import login
from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused
from common.journal import record
from common.transactions import transactional
from dispatch.models import ContractorLink

if TYPE_CHECKING:
    from django.http import HttpRequest

KEY = "contractor_links"
"""In the session: the secret of this phone by the id of each link opened on it."""
DIGITS = 4
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def opened_here(request: HttpRequest) -> dict[str, str]:
    """Return the links opened on this phone, each with the phone's secret."""
    found: Any = request.session.get(KEY)
    return dict(found) if isinstance(found, dict) else {}


def is_here(request: HttpRequest, link: ContractorLink) -> bool:
    """Whether a link is open on this very phone."""
    secret = opened_here(request).get(str(link.pk), "")
    return bool(secret) and secrets.compare_digest(_digest(secret), link.device)


def is_elsewhere(request: HttpRequest, link: ContractorLink) -> bool:
    """Whether another phone has opened the link."""
    return bool(link.device) and not is_here(request, link)


def open_link(request: HttpRequest, link: ContractorLink, *, digits: str = "") -> None:
    """Let this phone work on the order of a link that works.

    Raises Refused("contractor.digits") where another phone has it and the last digits of the
    contractor's number are not these.
    """
    secret = bind(link.pk, digits=digits)
    known = opened_here(request)
    user = link.installer.user
    is_same = request.user.is_authenticated and request.user.pk == user.pk
    login(request, user, backend=_BACKEND)
    request.session[KEY] = {**(known if is_same else {}), str(link.pk): secret}
    left = int((link.expires_at - clock.now()).total_seconds())
    request.session.set_expiry(max(left, request.session.get_expiry_age() if is_same else 0, 60))


@transactional
def bind(pk: int, *, digits: str) -> str:
    """Give a link to the phone that asks, and return the secret it is known by; see `open_link`."""
    # Of two phones that open it at once the second finds it taken.
    link = (
        ContractorLink.objects.select_for_update(of=("self",))
        .select_related("installer__user", "work_order")
        .get(pk=pk)
    )
    person = link.installer.user
    if link.device and digits != person.phone[-DIGITS:]:
        raise Refused(
            "contractor.digits",
            _("These are not the last four digits of the contractor's phone number"),
        )
    secret = secrets.token_urlsafe(24)
    moved = bool(link.device)
    link.device, link.opened_at = _digest(secret), clock.now()
    link.save(update_fields=["device", "opened_at"])
    record(person, "contractor.link_opened", link.work_order, link=link.pk, again=moved)
    return secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
