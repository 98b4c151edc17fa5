"""Says whether what must always be true is true, in one company or in all."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import autodiscover_modules
from django_tenants.utils import tenant_context

from common.invariants import Finding, run_checks
from tenants import slugs
from tenants.models import Tenant
from tenants.selectors import tenants_with_schema


class Command(BaseCommand):
    """`check_invariants --all [--json]`: exit code 1 when anything is violated."""

    help = "Check the invariants of the ledger, orders, background work and schemas."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="every company, and the platform")
        which.add_argument("--tenant", help="one company by its address (slug)")
        parser.add_argument(
            "--only", nargs="+", default=[], metavar="I4", help="these checks alone"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the checks and print what they found."""
        autodiscover_modules("invariants")
        found: dict[str, list[Finding]] = {}
        if options["all"]:
            found["public"] = run_checks(platform=True, only=options["only"])
        for tenant in self._tenants(options["tenant"]):
            with tenant_context(tenant):
                found[tenant.schema_name] = run_checks(only=options["only"])
        ok = all(finding.ok for findings in found.values() for finding in findings)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": ok, "schemas": _plain(found)}, ensure_ascii=False))
        else:
            self._print(found)
        if not ok:
            raise CommandError("some invariants are violated", returncode=1)

    def _tenants(self, slug: str | None) -> list[Tenant]:
        if slug is None:
            return list(tenants_with_schema())
        tenant = Tenant.objects.filter(schema_name=slugs.schema_name(slug)).first()
        if tenant is None:
            raise CommandError(f"There is no company {slug}")
        return [tenant]

    def _print(self, found: dict[str, list[Finding]]) -> None:
        for schema, findings in found.items():
            self.stdout.write(schema)
            for finding in findings:
                state = "ok" if finding.ok else f"{finding.count} violations"
                self.stdout.write(
                    f"  {finding.code:>3} {state}  {finding.claim} ({finding.took_ms} ms)"
                )
                for violation in finding.violations:
                    self.stdout.write(f"        {violation}")


def _plain(found: dict[str, list[Finding]]) -> list[dict[str, Any]]:
    return [
        {
            "schema": schema,
            "checks": [asdict(finding) | {"ok": finding.ok} for finding in findings],
        }
        for schema, findings in found.items()
    ]
