"""The company's own street map: an address of tiles, read by browsers and never by this server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from common.errors import refuse_unless
from common.journal import record
from common.transactions import transactional
from dispatch.street import StreetTiles
from integrations.models import MapService
from network.geo import Datum

if TYPE_CHECKING:
    from accounts.models import User

_PARTS = ("{z}", "{x}", "{y}")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?")


def company_tiles() -> StreetTiles | None:
    """Return the tiles the company named."""
    row = MapService.objects.filter(pk=1).exclude(tile_url="").first()
    return StreetTiles(row.tile_url, Datum(row.tile_datum), row.tile_credit) if row else None


@transactional
def save_tiles(*, url: str, datum: str, credit: str, actor: User) -> MapService:
    """Keep the street map; an empty address takes it off the board.

    Raises Refused for an address that is no https address of tiles, and without its makers' name.
    """
    refuse_unless(
        not url or is_tile_address(url),
        "tiles.address",
        _("Enter an https address with {z}, {x} and {y} in it, of one host"),
    )
    refuse_unless(
        not url or credit.strip(),
        "tiles.credit",
        _("Name who made the map: its licence asks for it"),
    )
    row = MapService.objects.select_for_update().filter(pk=1).first()
    row = row or MapService(pk=1)
    row.tile_url, row.tile_datum, row.tile_credit = url, datum, credit.strip()
    row.save()
    record(actor, "tiles.saved", row, host=urlsplit(url).netloc)
    return row


def is_tile_address(url: str) -> bool:
    """Whether browsers may load tiles there: https, one plain host, the three numbers in the path.

    The host goes into the page's content policy, so nothing but a host may stand there.
    """
    try:
        parts = urlsplit(url)
        host = parts.netloc
        _port = parts.port
    except ValueError:
        return False
    named = all(part in parts.path + "?" + parts.query for part in _PARTS)
    return (
        parts.scheme == "https"
        and _HOST.fullmatch(host) is not None
        and "." in host
        and named
        and not re.search(r"[\s;,'\"<>]", url)
    )
