"""What the two trees have in common: a code, and the path down to a node."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Node(models.Model):
    """A place in a tree; `path` holds the ids from the top down, "1.4.17.",
    so a subtree is a prefix.

    `parent` stands in each tree, for its type.
    """

    code = models.CharField(_("Code"), max_length=30)
    path = models.CharField(max_length=200, editable=False, default="")

    class Meta:
        abstract = True
