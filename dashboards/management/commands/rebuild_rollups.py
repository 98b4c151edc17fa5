"""Makes the roll-ups anew from the settlements and tells by how much they were off."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_tenants.utils import schema_context

from common.tasks import active_schemas
from dashboards.rollups import rebuild
from tenants import slugs


class Command(BaseCommand):
    """`rebuild_rollups [--tenant SLUG]`: one line a company; a difference other than 0 is a bug."""

    help = "Rebuild the revenue roll-ups of all companies, or of one, from their settlements."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--tenant", default="", help="the company's address (slug)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Rebuild each; a company that does not exist is named in one sentence."""
        schemas = active_schemas()
        if slug := options["tenant"]:
            if slugs.schema_name(slug) not in schemas:
                raise CommandError(f"There is no company {slug}")
            schemas = [slugs.schema_name(slug)]
        for schema in schemas:
            with schema_context(schema):
                rebuilt = rebuild()
            self.stdout.write(
                f"{schema}: {rebuilt.settlements} settlements, "
                f"{rebuilt.cells_changed} cells differed, by {rebuilt.difference_fen} fen"
            )
