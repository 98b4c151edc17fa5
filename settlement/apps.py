"""Rules, settlements, ledger, statements."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SettlementConfig(AppConfig):
    """Gives new companies their first contract, and shows money on the pages of lower packages."""

    name = "settlement"

    def ready(self) -> None:
        """Load what registers itself, and register what is shown elsewhere."""
        from common.access import Perm
        from common.panels import NavEntry, add_navigation, add_panel, add_phone_tab
        from settlement import new_tenant  # noqa: F401  (registers itself)
        from settlement.milestones import awaited_by_rules
        from settlement.views.earnings import done_panel
        from settlement.views.quotation_orders import offer_panel, surcharges_panel
        from settlement.views.quotations import quote_here_panel, quote_panel
        from settlement.views.slips import order_panel
        from workorders.milestones import add_milestones

        add_milestones(awaited_by_rules)
        add_phone_tab(
            NavEntry(
                label=_("Earnings"),
                url_name="settlement-phone:earnings",
                icon="wallet",
                perm=Perm.EARNINGS_VIEW,
                order=30,
                prefix=("/m/earnings/", "/m/statements/", "/m/disputes/", "/m/bank-account/"),
            )
        )
        add_navigation(
            NavEntry(
                label=_("Settlement"),
                url_name="settlement:run-list",
                icon="coins",
                perm=Perm.STATEMENT_VIEW,
                order=50,
                prefix="/settlement/",
                key="s",
            )
        )
        add_navigation(
            NavEntry(
                label=_("Quotations"),
                url_name="settlement:quotation-list",
                icon="receipt",
                perm=Perm.QUOTE_MAKE,
                order=25,
                key="q",
                unless=Perm.STATEMENT_VIEW,
            )
        )
        add_panel("work-order-phone-done", done_panel, perm=Perm.EARNINGS_VIEW)
        add_panel("work-order", order_panel, order=50, perm=Perm.SETTLEMENT_VIEW)
        add_panel("work-order", offer_panel, order=45, perm=Perm.QUOTE_MAKE)
        add_panel("service-item", quote_panel, perm=Perm.QUOTE_MAKE)
        add_panel("service-item-override", quote_here_panel, perm=Perm.QUOTE_MAKE)
        add_panel("order-entry", quote_panel, perm=Perm.QUOTE_MAKE)
        add_panel("order-entry-price", surcharges_panel, perm=Perm.QUOTE_MAKE)
