"""Make the next orders of a demo company's history at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django_tenants.utils import tenant_context

from config.demo.bills import bring_bills
from config.demo.building import demo_tenants
from config.demo.history import make_orders, progress
from config.demo.receivers import give_receivers

_STEP = 10


class Command(BaseCommand):
    """Walks orders until `--until` of the plan exist; what exists already is left alone."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the company's slug and the number of orders to reach."""
        parser.add_argument("slug")
        parser.add_argument("--until", type=int, default=150)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the orders in small transactions and print how far it is."""
        found = [pair for pair in demo_tenants() if pair[0].slug == options["slug"]]
        if not found:
            raise CommandError(f"there is no demo company {options['slug']}")
        ((company, tenant),) = found
        with tenant_context(tenant):
            while (done := progress(company).done) < options["until"]:
                self.stdout.write(f"{company.name} {done}/{options['until']}")
                with transaction.atomic():
                    if not make_orders(company, min(_STEP, options["until"] - done)):
                        break
            with transaction.atomic():
                bring_bills()
                give_receivers()
