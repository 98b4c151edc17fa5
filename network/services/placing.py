"""Changes to the two trees; paths are kept by these functions alone."""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from common.errors import refuse_unless
from network.models import OrgUnit, Region

Node = TypeVar("Node", OrgUnit, Region)


@transaction.atomic
def place_node(node: Node) -> Node:
    """Save a unit or region and set its path (ids joined by dots); moving takes the subtree along.

    Raises Refused("tree.cycle") when the new parent lies below the node itself.
    """
    old_path = node.path
    parent_path = node.parent.path if node.parent else ""
    refuse_unless(
        not (old_path and parent_path.startswith(old_path)),
        "tree.cycle",
        _("A unit cannot be placed below itself; choose another one above it"),
    )
    if node.pk is None:
        node.save()
    node.path = f"{parent_path}{node.pk}."
    node.save()
    if old_path and old_path != node.path:
        type(node)._default_manager.filter(path__startswith=old_path).exclude(pk=node.pk).update(
            path=Concat(Value(node.path), Substr(F("path"), len(old_path) + 1))
        )
    return node
