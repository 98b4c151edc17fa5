"""Who goes where, and why."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common.access import Perm
from common.panels import NavEntry, add_navigation, add_panel, add_phone_tab


class DispatchConfig(AppConfig):
    """Puts the board into the top bar and the grab pool into the phone's tabs."""

    name = "dispatch"

    def ready(self) -> None:
        """Register the entries, and who works on an order on the page of it."""
        from dispatch.views import help as colleagues
        from dispatch.views import support
        from dispatch.views.contractor import contractor_panel
        from dispatch.views.crew import order_panel
        from dispatch.views.phone_day import route_panel
        from dispatch.views.ways import order_run_panel

        add_panel("phone-day", support.phone_panel, order=40, perm=Perm.ORDER_WORK)
        add_panel("phone-day", colleagues.wanted_panel, perm=Perm.ORDER_WORK)
        add_panel("phone-day", route_panel, order=80, perm=Perm.ORDER_WORK)
        add_panel("work-order-phone", colleagues.wanted_panel, order=90, perm=Perm.ORDER_WORK)
        add_panel("work-order-phone-aside", colleagues.ask_panel, perm=Perm.ORDER_WORK)
        add_panel("work-order", colleagues.order_panel, order=41, perm=Perm.ORDER_VIEW)
        add_panel("work-order", order_run_panel, order=42, perm=Perm.DISPATCH_VIEW)
        add_panel("work-order", order_panel, order=40, perm=Perm.ORDER_VIEW)
        add_panel("work-order", contractor_panel, order=43, perm=Perm.DISPATCH_VIEW)
        add_navigation(
            NavEntry(
                label=_("Dispatch"),
                url_name="dispatch:board",
                icon="calendar-time",
                perm=Perm.DISPATCH_VIEW,
                order=10,
                key="d",
            )
        )
        add_navigation(
            NavEntry(
                label=_("Roster"),
                url_name="dispatch:roster",
                icon="calendar-event",
                perm=Perm.DISPATCH_VIEW,
                order=11,
            )
        )
        add_phone_tab(
            NavEntry(
                label=_("My week"),
                url_name="dispatch-phone:roster",
                icon="calendar",
                perm=Perm.ORDER_WORK,
                order=25,
            )
        )
        add_phone_tab(
            NavEntry(
                label=_("Grab pool"),
                url_name="dispatch-phone:pool",
                icon="hand-grab",
                perm=Perm.OFFER_CLAIM,
                order=20,
            )
        )
