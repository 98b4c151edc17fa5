"""Ways back up, and the addresses that are copied into a platform's console."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

_CALLBACKS = {"youzan": "hooks:youzan-push", "wecom": "hooks:wecom-callback"}


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way back up."""

    url: str
    label: str


def list_crumb() -> Crumb:
    """Return the way back to all connections."""
    return Crumb(reverse("integrations:connection-list"), _("Integrations"))


def callback_url(request: HttpRequest, platform: str, public_id: UUID) -> str:
    """Return the address the platform calls, "" for one that is asked instead."""
    name = _CALLBACKS.get(platform)
    return request.build_absolute_uri(reverse(name, args=[public_id])) if name else ""
