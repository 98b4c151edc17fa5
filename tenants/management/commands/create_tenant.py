"""Adds an empty company from the command line."""

from __future__ import annotations

import re
import secrets
import zlib
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import Refused
from tenants import slugs
from tenants.addresses import tenant_url
from tenants.provisioning import FirstAdmin, create_tenant, pack_choices


class Command(BaseCommand):
    """`create_tenant NAME`: schema, host and first administrator."""

    help = "Create an empty company and print its address and first sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("name")
        parser.add_argument("--slug", default="", help="address; made from the name when left out")
        parser.add_argument("--admin", default="admin", help="sign-in name of the administrator")
        parser.add_argument("--password", default="", help="made up and printed when left out")
        parser.add_argument("--pack", default=None, help="industry pack to start with")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Create the company or say in one sentence why not."""
        name, pack = options["name"], options["pack"]
        if pack and pack not in dict(pack_choices()):
            known = ", ".join(key for key, _label in pack_choices())
            raise CommandError(f"There is no pack {pack}; there are: {known}")
        password = options["password"] or secrets.token_urlsafe(9)
        admin = FirstAdmin(options["admin"], name, "", password)
        try:
            tenant = create_tenant(
                name=name,
                slug=options["slug"] or _slug_of(name),
                admin=admin,
                pack=pack,
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{tenant.name}  {tenant_url(tenant)}  {admin.username} / {password}")


def _slug_of(name: str) -> str:
    """Letters and digits of a Latin name; a Chinese one gets a short address that can be read out."""
    words = re.findall(r"[a-z0-9]+", name.lower())
    slug = "-".join(words)[: slugs.LONGEST].strip("-")
    if len(slug) >= slugs.SHORTEST and slug[0].isalpha():
        return slug
    return f"c{zlib.crc32(name.encode()) % 1_000_000:06d}"
