"""What people call the channels orders come through."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

_NAMES = {
    "youzan": _("Youzan"),
    "tmall": _("Tmall / Taobao"),
    "manual": _("Manual"),
    "import": _("Import"),
    "repair": _("Repair request"),
}


@register.filter
def channel_name(platform: str) -> str:
    """{{ order.platform|channel_name }} → 有赞; an unknown channel keeps its code."""
    return str(_NAMES.get(platform, platform))
