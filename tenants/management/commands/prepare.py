"""Makes database and texts ready for today's code; safe to run at every start."""

from __future__ import annotations

import os
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from common.translations import compile_all
from tenants.checks import assert_schemas
from tenants.fingerprint import fingerprint
from tenants.models import Tenant
from tenants.platform_tenant import ensure_platform_tenant
from tenants.provisioning import clear_half_made_tenants, demo_hooks
from tenants.template_dump import build_dump, stored_dump
from tenants.upgrade import grant, upgrade_public, upgrade_tenants


class Command(BaseCommand):
    """Migrates public, the template and every tenant that is behind; one line per step."""

    help = "Migrate what is behind, build the template, compile texts, make the first tenants."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--regrant", action="store_true", help="grant every schema anew")

    def handle(self, *_args: Any, regrant: bool = False, **_options: Any) -> None:
        """Run all steps in order; may be repeated after an interruption."""
        self._started = time.monotonic()
        compile_all()
        upgrade_public(self._say)
        if stored_dump() is None:
            self._say(f"template: building for migrations {fingerprint()[:8]}")
            build_dump()
        for schema in clear_half_made_tenants():
            self._say(f"{schema}: removed, its setting up was cut off")
        late = upgrade_tenants(self._say)
        if regrant:
            for schema in ["public", *Tenant.objects.values_list("schema_name", flat=True)]:
                grant(schema)
        ensure_platform_tenant()
        assert_schemas()
        if os.environ.get("KUAQU_DEMO", "1") != "0":
            for hook in demo_hooks:
                hook()
        self._say(f"ready: {Tenant.objects.count()} tenants, {late} migrated")

    def _say(self, line: str) -> None:
        self.stdout.write(f"{time.monotonic() - self._started:6.1f} s  {line}")
        self.stdout.flush()
