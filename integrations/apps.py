"""Shop platforms and WeCom."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common.access import Perm
from common.panels import NavEntry, add_navigation, add_panel


class IntegrationsConfig(AppConfig):
    """Puts the connections into the navigation."""

    name = "integrations"

    def ready(self) -> None:
        """Add the entry, and the first step that leads there."""
        from accounts.first_steps import FirstStep, add_first_step
        from dispatch.road_source import ask_roads_of
        from dispatch.street import tiles_found_by
        from integrations.models import Connection
        from integrations.reaching import paying_merchant
        from integrations.selectors import hooks_in_use
        from integrations.services.map_service import CompanyRoads
        from integrations.services.verifying import shop_connection
        from integrations.street_tiles import company_tiles
        from integrations.views.codes import code_panel
        from settlement.payouts.gateway import register_gateway
        from workorders.hooks import add_hooks
        from workorders.services.shop_codes import verified_by

        verified_by(lambda order: shop_connection(order) is not None)
        register_gateway(paying_merchant)
        ask_roads_of(CompanyRoads())
        tiles_found_by(company_tiles)
        add_hooks(hooks_in_use)
        add_panel("work-order-phone", code_panel, perm=Perm.ORDER_WORK)
        add_first_step(
            FirstStep(
                60,
                _("Connect a shop"),
                _("Its orders then come in by themselves"),
                "integrations:connection-list",
                Connection.objects.exists,
                optional=True,
            )
        )
        add_navigation(
            NavEntry(
                label=_("Integrations"),
                url_name="integrations:connection-list",
                icon="plug-connected",
                perm=Perm.CONNECTION_VIEW,
                order=70,
            )
        )
