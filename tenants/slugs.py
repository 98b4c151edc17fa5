"""The short name a company gets in its address, and the schema name made from it."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import Refused

SHORTEST, LONGEST = 3, 30
# Host names the product or the usual software of the web uses itself.
RESERVED = frozenset(
    [
        "www",
        "platform",
        "admin",
        "api",
        "static",
        "public",
        "app",
        "apps",
        "assets",
        "blog",
        "cdn",
        "docs",
        "ftp",
        "help",
        "imap",
        "kuaqu",
        "login",
        "mail",
        "media",
        "ns1",
        "ns2",
        "pop",
        "root",
        "sign-in",
        "sign-up",
        "signup",
        "smtp",
        "status",
        "support",
        "system",
        "template",
        "test",
        "webmail",
        "wecom",
        "youzan",
        "tmall",
        "localhost",
    ]
)
_SHAPE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


def slug_problem(slug: str, *, reserved_allowed: bool = False) -> Refused | None:
    """Return why a lower-case slug cannot be an address, None when it can.

    Letters a-z, digits and single hyphens, beginning with a letter, 3 to 30 characters: what a
    host name and, with `_` for `-`, an unquoted schema name can both carry.
    """
    if not SHORTEST <= len(slug) <= LONGEST:
        return Refused("slug.length", _("The address needs 3 to 30 characters"))
    if not _SHAPE.match(slug):
        sentence = _(
            "The address may hold the letters a-z, digits and single hyphens,"
            " and begins with a letter"
        )
        return Refused("slug.shape", sentence)
    if slug in RESERVED and not reserved_allowed:
        return Refused("slug.reserved", _("This address is reserved, please choose another"))
    return None


def check_slug(slug: str, *, reserved_allowed: bool = False) -> str:
    """Return the slug in lower case; raises Refused with a sentence that says what to change."""
    slug = slug.strip().lower()
    problem = slug_problem(slug, reserved_allowed=reserved_allowed)
    if problem:
        raise problem
    return slug


def schema_name(slug: str) -> str:
    """Return the schema of a slug: `north-star` lives in `t_north_star`."""
    return "t_" + slug.replace("-", "_")


def host(slug: str) -> str:
    """Return the host name of a slug below this installation's domain."""
    return f"{slug}.{settings.DOMAIN}".lower()
