"""Says whether every tenant's schema is complete and public holds nothing of theirs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenants.checks import schema_problems, tenant_tables
from tenants.selectors import tenants_with_schema


class Command(BaseCommand):
    """`check_schemas`: exit code 1 and one line per schema that is not as it should be."""

    help = "Check that every tenant table stands in every tenant schema and none in public."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Compare the catalogue with the models."""
        problems = schema_problems()
        if problems:
            raise CommandError("\n".join(problems))
        count = tenants_with_schema().count()
        self.stdout.write(f"{count} schemas with {len(tenant_tables())} tables each")
