"""Questions about people; each begins with who is asking."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import Certification, Installer, Skill, SkillGrade, User
from common.clock import business_day

if TYPE_CHECKING:
    from django.db.models import QuerySet

CERTIFICATE_WARNING_DAYS = 30


def visible_users(*, actor: User) -> QuerySet[User]:
    """Users of the actor's unit and below; everybody for people of headquarters."""
    users = User.objects.select_related("unit").order_by("display_name", "pk")
    return users if actor.sees_everything else users.filter(unit__in=actor.units)


def visible_installers(*, actor: User) -> QuerySet[Installer]:
    """Installers of the outlets in the actor's scope; an installer sees only themselves."""
    installers = Installer.objects.select_related("user", "outlet", "grade").order_by("number")
    if actor.is_installer:
        return installers.filter(user=actor)
    return installers if actor.sees_everything else installers.filter(outlet__in=actor.units)


def grades() -> QuerySet[SkillGrade]:
    """All grades, the lowest first."""
    return SkillGrade.objects.order_by("rank")


def skills() -> QuerySet[Skill]:
    """All trades."""
    return Skill.objects.order_by("code")


def ending_certificates(*, actor: User) -> QuerySet[Certification]:
    """Certificates of visible, active installers that end within thirty days or have ended."""
    last = business_day() + timedelta(days=CERTIFICATE_WARNING_DAYS)
    return (
        Certification.objects.select_related("installer__user")
        .filter(
            installer__in=visible_installers(actor=actor).filter(is_active=True),
            valid_until__lte=last,
        )
        .order_by("valid_until", "pk")
    )
