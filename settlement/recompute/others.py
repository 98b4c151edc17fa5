"""A run stands against what somebody wants to do: the refusal leads to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from common.errors import Conflict, See

if TYPE_CHECKING:
    from settlement.models import RecomputeRun


def in_the_way(run: RecomputeRun, code: str, sentence: str) -> Conflict:
    """Return a Conflict over another run, with the way to its page.

    Whoever computes money again sees the whole company, and so every run.
    """
    url = reverse("settlement:recompute-detail", args=[run.pk])
    return Conflict(code, sentence, see=See(_("Open the proposal"), url))
