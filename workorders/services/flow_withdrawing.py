"""Withdrawing a flow or variant: running orders keep it, new ones follow another; and bringing it back.

Published versions never change: either is a further version with the same body.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Conflict, Refused
from workorders.flow_list import newest_version
from workorders.flow_withdrawal import why_not_withdrawn
from workorders.models import FlowVersion
from workorders.services.flow_versions import following, publish_version

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def withdraw_flow(*, version_id: int, actor: User) -> FlowVersion:
    """Let no new order follow the flow or variant whose newest version this is. Again: no effect.

    Raises Refused("flow.needed") with a sentence where nothing would be left to follow, Conflict
    when a newer version was published meanwhile.
    """
    version, newest = _both(version_id)
    if newest.withdrawn:
        return newest
    _refuse_older(version, newest)
    why = why_not_withdrawn(newest)
    if why:
        raise Refused("flow.needed", why)
    new = replace(following(newest, newest.body), withdrawn=True)
    return publish_version(new, after=newest, actor=actor, by="flow.withdrawn", keeps_faults=True)


@transaction.atomic
def bring_flow_back(*, version_id: int, actor: User) -> FlowVersion:
    """Let new orders follow a withdrawn flow or variant again. Again: no effect.

    Raises Refused("flow.withdrawn") for a variant whose flow is withdrawn, Conflict when a newer
    version was published meanwhile.
    """
    version, newest = _both(version_id)
    if not newest.withdrawn:
        return newest
    _refuse_older(version, newest)
    base = newest_version(newest.key) if newest.variant else None
    if base is not None and base.withdrawn:
        sentence = _("“%(name)s” itself is withdrawn: bring it back first")
        raise Refused("flow.withdrawn", sentence % {"name": base.name})
    mine = FlowVersion.objects.filter(key=newest.key, variant=newest.variant, withdrawn=False)
    last = mine.order_by("-number").first()
    # What came with the product goes on with the product's next version.
    is_product = last is not None and last.published_by_id is None
    new = replace(following(newest, newest.body), is_product=is_product)
    return publish_version(
        new, after=newest, actor=actor, by="flow.brought_back", keeps_faults=True
    )


def _both(version_id: int) -> tuple[FlowVersion, FlowVersion]:
    version = FlowVersion.objects.get(pk=version_id)
    return version, newest_version(version.key, version.variant) or version


def _refuse_older(version: FlowVersion, newest: FlowVersion) -> None:
    if newest.pk != version.pk:
        sentence = _("A newer version was published meanwhile: look at it first")
        raise Conflict("flow.newer", sentence)
