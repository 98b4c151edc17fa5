"""What each role may do."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.access import Perm


class Role(models.TextChoices):
    """The roles of a company, and the platform's own staff (one tenant of kind platform)."""

    HQ_ADMIN = "hq_admin", _("Headquarters administrator")
    REGION_MANAGER = "region_manager", _("Region manager")
    OUTLET_MANAGER = "outlet_manager", _("Outlet manager")
    DISPATCHER = "dispatcher", _("Dispatcher")
    FINANCE = "finance", _("Finance")
    INSTALLER = "installer", _("Installer")
    PLATFORM = "platform", _("Platform staff")


_DESK = {
    Perm.HOME_VIEW,
    Perm.NETWORK_VIEW,
    Perm.PEOPLE_VIEW,
    Perm.CATALOG_VIEW,
    Perm.CUSTOMER_VIEW,
    Perm.ORDER_VIEW,
    Perm.ORDER_MOVE,
    Perm.ORDER_EXPORT,
    Perm.DASHBOARD_STAFF,
}
_DISPATCH = {
    Perm.CUSTOMER_REVEAL,
    Perm.ORDER_CREATE,
    Perm.ORDER_IMPORT,
    Perm.ORDER_EDIT,
    Perm.CHARGE_DECIDE,
    Perm.DISPATCH_VIEW,
    Perm.DISPATCH_ASSIGN,
}
_MONEY = {Perm.SETTLEMENT_VIEW, Perm.RULES_VIEW, Perm.STATEMENT_VIEW, Perm.DASHBOARD_BOSS}
_BOOKS = {
    Perm.STATEMENT_RUN,
    Perm.SETTLEMENT_CORRECT,
    Perm.CHARGE_DECIDE,
    Perm.SETTLEMENT_APPROVE,
    Perm.DISPUTE_DECIDE,
    Perm.PERIOD_CLOSE,
    Perm.PERIOD_REOPEN,
    Perm.PAYOUT_MAKE,
    Perm.BILL_MATCH,
    Perm.RULES_EDIT,
    Perm.RULES_PUBLISH,
    Perm.QUOTE_MAKE,
    Perm.DISPUTE_REVIEW,
}
_COMPANY = frozenset(set(Perm) - {Perm.PLATFORM_MANAGE, Perm.OFFER_CLAIM, Perm.ORDER_WORK})

_PERMS: dict[str, frozenset[Perm]] = {
    Role.HQ_ADMIN: _COMPANY - {Perm.EARNINGS_VIEW},
    Role.REGION_MANAGER: frozenset(
        _DESK
        | _DISPATCH
        | _MONEY
        | {Perm.CATALOG_OVERRIDE, Perm.PEOPLE_MANAGE, Perm.RULES_EDIT, Perm.FLOW_VIEW}
        | {Perm.FLOW_VARY}
        | {Perm.QUOTE_MAKE, Perm.DISPUTE_REVIEW, Perm.ROSTER_MANAGE}
    ),
    Role.OUTLET_MANAGER: frozenset(
        _DESK
        | _DISPATCH
        | {Perm.SETTLEMENT_VIEW, Perm.STATEMENT_VIEW, Perm.RULES_VIEW, Perm.FLOW_VIEW}
        | {Perm.QUOTE_MAKE, Perm.DISPUTE_REVIEW, Perm.ROSTER_MANAGE}
    ),
    Role.DISPATCHER: frozenset(_DESK | _DISPATCH | {Perm.QUOTE_MAKE}),
    Role.FINANCE: frozenset(_DESK | _MONEY | _BOOKS),
    Role.INSTALLER: frozenset(
        {Perm.HOME_VIEW, Perm.ORDER_WORK, Perm.OFFER_CLAIM, Perm.EARNINGS_VIEW}
    ),
    Role.PLATFORM: frozenset({Perm.HOME_VIEW, Perm.PLATFORM_MANAGE}),
}


def perms_of(role: str) -> frozenset[Perm]:
    """Return the permissions of a role; an unknown role has none."""
    return _PERMS.get(role, frozenset())


_BELOW_REGION = (Role.OUTLET_MANAGER, Role.DISPATCHER, Role.FINANCE, Role.INSTALLER)
_GRANTS: dict[str, tuple[Role, ...]] = {
    Role.HQ_ADMIN: (Role.HQ_ADMIN, Role.REGION_MANAGER, *_BELOW_REGION),
    Role.REGION_MANAGER: (Role.REGION_MANAGER, *_BELOW_REGION),
}


def grantable(role: str) -> tuple[Role, ...]:
    """Return the roles a person of this role may give to others: never one above their own."""
    return _GRANTS.get(role, ())
