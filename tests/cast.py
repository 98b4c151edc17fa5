"""The fixed characters of the tests: companies with their hosts, and their first people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A host and the schema behind it; `slug` is empty for the public site."""

    host: str
    schema: str
    name: str = ""
    slug: str = ""
    admin: str = "admin"
    password: str = ""


PUBLIC = Place(host="localhost", schema="public")
PLATFORM = Place(
    host="platform.localhost", schema="t_platform", slug="platform", password="kuaqu-platform"
)
ALPHA = Place("alpha.localhost", "t_alpha", "阿尔法家电服务", "alpha", password="alpha-first-day")
BETA = Place("beta.localhost", "t_beta", "贝塔充电服务", "beta", password="beta-first-day")
