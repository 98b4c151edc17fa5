"""Template tags for flows: the picture, limits and roles in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from common import formatting
from workorders.flow.words import ROLE_NAMES
from workorders.flow_choices import FlowChoices
from workorders.flow_condition_words import condition_words
from workorders.flow_picture import flow_picture
from workorders.flow_trigger_words import trigger_words
from workorders.flow_variants import applies_words
from workorders.flow_versions import read_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workorders.flow import Flow, Stage, Task
    from workorders.flow_list import FlowShown

register = template.Library()


@register.simple_tag
def svg_flow(flow: Flow, title: str, **marks: Any) -> SafeString:
    """{% svg_flow flow "…" marked=… links=… counts=… chosen=… %} of `flow_picture`."""
    given = {name: value for name, value in marks.items() if value}
    return mark_safe(flow_picture(flow, title=str(title), **given))  # noqa: S308 (escaped there)


@register.simple_tag
def condition_sentence(conditions: Any, choices: FlowChoices) -> str:
    """{% condition_sentence way.when choices %} → 区域是 浙江; "" for none."""
    return condition_words(conditions or (), choices)


@register.simple_tag
def trigger_sentence(trigger: Any, choices: FlowChoices) -> str:
    """{% trigger_sentence trigger choices %} → 当…，如果…，就…"""
    return trigger_words(trigger, choices)


@register.simple_tag
def variant_words(shown: FlowShown) -> str:
    """{% variant_words variant %} → for whom its newest version, or its draft, is."""
    version, draft = shown.newest, shown.draft
    if version is not None:
        return applies_words(version.applies, FlowChoices(read_version(version)))
    return applies_words(draft.applies, FlowChoices(None)) if draft else ""


@register.filter
def of_stage(counts: Mapping[str, int], key: str) -> str:
    """{{ counts|of_stage:stage.key }} → 3; "—" for none."""
    return str(counts.get(key, 0) or "—")


@register.filter
def role_words(roles: str | Iterable[str]) -> str:
    """{{ stage.role|role_words }} or {{ way.roles|role_words }} → 调度员、安装师傅; "—" for none."""
    wanted = [roles] if isinstance(roles, str) else list(roles)
    return "、".join(_(ROLE_NAMES.get(role, role)) for role in wanted if role) or "—"


@register.filter
def limit_words(stage: Stage | Task) -> str:
    """{{ stage|limit_words }} → 2 小时, in hours of business; "—" for none."""
    if not stage.sla_minutes:
        return "—"
    length = formatting.duration(stage.sla_minutes)
    return _("%(length)s of business time") % {"length": length} if stage.business_time else length
