"""The only app with tables in the public schema."""

from celery.signals import worker_init
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common.access import Perm
from common.panels import NavEntry, add_navigation


class TenantsConfig(AppConfig):
    """The tenants app."""

    name = "tenants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take the copies of usage the tenants send; put the console into its top bar.

        A Celery worker looks at all schemas before it takes any work.
        """
        from tenants import usage_copies  # noqa: F401  (registers itself)
        from tenants.checks import refuse_as_worker

        worker_init.connect(refuse_as_worker)
        add_navigation(
            NavEntry(
                label=_("Companies"),
                url_name="platform:company-list",
                icon="building",
                perm=Perm.PLATFORM_MANAGE,
                order=10,
                tenant_kind="platform",
            )
        )
