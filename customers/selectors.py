"""Questions about customers; each begins with who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from customers.models import Address, Customer

if TYPE_CHECKING:
    from accounts.models import User


def visible_customers(*, actor: User) -> QuerySet[Customer]:
    """Return the customers with an order that one of the actor's units sold, serves or settles."""
    if actor.sees_everything:
        return Customer.objects.all()
    units = actor.units
    theirs = (
        Q(shop_orders__sold_by__in=units)
        | Q(work_orders__served_by__in=units)
        | Q(work_orders__settled_by__in=units)
    )
    return Customer.objects.filter(pk__in=Customer.objects.filter(theirs).values("pk"))


def visible_addresses(*, actor: User) -> QuerySet[Address]:
    """Return the addresses of the customers the actor may see."""
    return Address.objects.filter(customer__in=visible_customers(actor=actor).values("pk"))
