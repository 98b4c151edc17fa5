"""Questions about people; each begins with who is asking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Prefetch, Q

from accounts.models import Certification, Installer, InstallerSkill, Leave, Skill, SkillGrade, User
from accounts.models.installer import WARNING_DAYS
from common.clock import business_day

if TYPE_CHECKING:
    from django.db.models import QuerySet


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
    last = business_day() + timedelta(days=WARNING_DAYS)
    return (
        Certification.objects.select_related("installer__user")
        .filter(
            installer__in=visible_installers(actor=actor).filter(is_active=True),
            valid_until__lte=last,
        )
        .order_by("valid_until", "pk")
    )


def filtered_users(*, actor: User, chosen: Mapping[str, Any]) -> QuerySet[User]:
    """Visible users that fit the filters `q` (name, sign-in name, phone), `role` and `state`."""
    users = visible_users(actor=actor)
    if q := str(chosen.get("q") or "").strip():
        users = users.filter(
            Q(display_name__icontains=q) | Q(username__icontains=q) | Q(phone__contains=q)
        )
    if role := chosen.get("role"):
        users = users.filter(role=role)
    if state := chosen.get("state"):
        users = users.filter(is_active=state == "on")
    return users


def filtered_installers(*, actor: User, chosen: Mapping[str, Any]) -> QuerySet[Installer]:
    """Visible installers that fit `q`, `skill` (code), `grade` (pk), `certificates` and `state`.

    Skills and certificates come along: a list of any length takes the same number of queries.
    """
    found = visible_installers(actor=actor)
    if q := str(chosen.get("q") or "").strip():
        found = found.filter(
            Q(user__display_name__icontains=q) | Q(number__icontains=q) | Q(user__phone__contains=q)
        )
    if skill := chosen.get("skill"):
        found = found.filter(skills__skill__code=skill)
    if grade := chosen.get("grade"):
        found = found.filter(grade=grade)
    if state := chosen.get("state"):
        found = found.filter(is_active=state == "on")
    if chosen.get("certificates") == "ending":
        found = found.filter(certifications__in=ending_certificates(actor=actor)).distinct()
    return found.prefetch_related(
        Prefetch("skills", InstallerSkill.objects.select_related("skill").order_by("skill__code")),
        Prefetch("certifications", Certification.objects.order_by("valid_until")),
    )


def installer_file(*, actor: User) -> QuerySet[Installer]:
    """Visible installers with everything their page shows."""
    return visible_installers(actor=actor).prefetch_related(
        Prefetch("skills", InstallerSkill.objects.select_related("skill").order_by("skill__code")),
        Prefetch("certifications", Certification.objects.order_by("valid_until")),
        "hours",
        Prefetch("leaves", Leave.objects.order_by("-starts_on")),
    )


def own_file(*, actor: User) -> Installer | None:
    """The actor's own installer file; None for people at a desk."""
    return installer_file(actor=actor).filter(user=actor).first()


def visible_certificates(*, actor: User) -> QuerySet[Certification]:
    """Certificates of visible installers."""
    return Certification.objects.filter(installer__in=visible_installers(actor=actor))


def visible_leaves(*, actor: User) -> QuerySet[Leave]:
    """Leave of visible installers."""
    return Leave.objects.filter(installer__in=visible_installers(actor=actor))


def skills_with_holders() -> QuerySet[Skill]:
    """All trades, each with `holder_count`, the number of installers who have it."""
    return skills().annotate(holder_count=Count("holders"))


def grades_with_holders() -> QuerySet[SkillGrade]:
    """All grades, each with `holder_count`, the number of installers in it."""
    return grades().annotate(holder_count=Count("installers"))


def sign_in_name(typed: str) -> str:
    """The sign-in name somebody means: a name as it is, else who alone has this mobile number."""
    found = User.objects.filter(Q(username=typed) | Q(phone=typed, is_active=True))
    names = list(found.values_list("username", flat=True)[:2])
    return names[0] if len(names) == 1 else typed
