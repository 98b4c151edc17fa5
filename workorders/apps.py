"""Shop orders and work orders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common.access import Perm
from common.panels import NavEntry, add_navigation, add_panel, add_phone_tab


class WorkordersConfig(AppConfig):
    """Puts the list into the navigation and gives new companies their first flows."""

    name = "workorders"

    def ready(self) -> None:
        """Load what registers itself."""
        from accounts.first_steps import FirstStep, add_first_step
        from catalog.flow_names import offer_flows
        from workorders import new_tenant  # noqa: F401  (registers itself)
        from workorders.flow_versions import published_flow_names
        from workorders.models import WorkOrder
        from workorders.panels import address_place, customer_orders

        offer_flows(published_flow_names)
        add_first_step(
            FirstStep(
                70,
                _("Take in the first order"),
                _("Enter one by hand, import a list, or let a connected shop send it"),
                "workorders:order-enter",
                WorkOrder.objects.exists,
            )
        )
        add_panel("customer", customer_orders, perm=Perm.ORDER_VIEW)
        add_panel("customer-address", address_place, perm=Perm.ORDER_EDIT)
        add_navigation(
            NavEntry(
                label=_("Work orders"),
                url_name="workorders:order-list",
                icon="clipboard-list",
                perm=Perm.ORDER_VIEW,
                order=20,
                key="o",
            )
        )
        add_phone_tab(
            NavEntry(
                label=_("Today"),
                url_name="workorders-phone:today",
                icon="checklist",
                perm=Perm.ORDER_WORK,
                order=10,
            )
        )
