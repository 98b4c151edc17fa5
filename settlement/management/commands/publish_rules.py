"""Publishes rule sets of a company from files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_tenants.utils import tenant_context

from common.errors import Refused
from settlement.services.publishing import publish_rules, read_rules
from tenants import slugs
from tenants.models import Tenant
from tenants.provisioning import pack_choices


class Command(BaseCommand):
    """`publish_rules --tenant SLUG FILE…`: check every file, then publish those that are new."""

    help = "Publish versions of rule sets from TOML files; a body published before is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--tenant", required=True, help="the company's address (slug)")
        parser.add_argument(
            "--industry",
            default="",
            help="code of the industry pack; else the file's name up to the first - or .",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Publish, or say in one sentence why not; a refused file publishes nothing of itself."""
        tenant = Tenant.objects.filter(schema_name=slugs.schema_name(options["tenant"])).first()
        if tenant is None:
            raise CommandError(f"There is no company {options['tenant']}")
        known = dict(pack_choices())
        with tenant_context(tenant):
            for path in options["files"]:
                industry = options["industry"] or re.split(r"[-.]", path.name)[0]
                if industry not in known:
                    raise CommandError(
                        f"{path.name}: name the industry, one of {', '.join(sorted(known))}"
                    )
                self._publish(path, industry)

    def _publish(self, path: Path, industry: str) -> None:
        try:
            found = publish_rules(
                key=industry, industry=industry, body=read_rules(path), actor=None
            )
        except Refused as refusal:
            raise CommandError(f"{path.name}: {refusal}") from refusal
        version = found.version
        state = "published" if found.new else "unchanged"
        warnings = len(version.checks["warnings"])
        self.stdout.write(
            f"{path.name}: {industry} {version.number} from {version.effective_from} {state}, "
            f"{warnings} warnings, sha256 {version.sha256[:12]}"
        )
