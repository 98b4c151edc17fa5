"""The service catalog."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common.access import Perm
from common.panels import NavEntry, add_navigation


class CatalogConfig(AppConfig):
    """Registers what a new company gets, and the way to the catalog's pages."""

    name = "catalog"

    def ready(self) -> None:
        """Load the registrations; put the catalog into the top bar and the first steps."""
        from accounts.first_steps import FirstStep, add_first_step
        from catalog import new_tenant  # noqa: F401  (registers itself)
        from catalog.models import ServiceItem

        add_navigation(
            NavEntry(
                label=_("Catalog"),
                url_name="catalog:item-list",
                icon="category",
                perm=Perm.CATALOG_VIEW,
                order=40,
                prefix=("/catalog/", "/orders/charges/"),
                key="c",
            )
        )
        add_first_step(
            FirstStep(
                10,
                _("Import an industry pack"),
                _("Service items with steps, minutes, materials and skills, ready to use"),
                "catalog:pack-list",
                ServiceItem.objects.exists,
            )
        )
