"""The settings of a company, its first steps, its skills and grades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.first_steps import first_steps
from accounts.forms.skills import GradeForm, SkillForm
from accounts.selectors import grades, grades_with_holders, skills, skills_with_holders
from accounts.services.skills import save_grade, save_skill
from accounts.settings_cards import settings_cards
from common.access import Perm, requires
from network.requests import finished, form_page, posted

if TYPE_CHECKING:
    from accounts.requests import StaffRequest


@requires(Perm.NETWORK_VIEW)
@require_safe
def settings(request: StaffRequest) -> HttpResponse:
    """Show the cards of what can be set up, as far as this person may open it."""
    context = {"groups": settings_cards(request.user)}
    return render(request, "accounts/settings.html", context)


@requires(Perm.NETWORK_MANAGE)
@require_safe
def first_step_list(request: StaffRequest) -> HttpResponse:
    """Show what a new company does first, and what of it is done."""
    steps = first_steps()
    done = sum(step.done for step in steps)
    context = {"steps": steps, "done": done, "share": done * 100 // max(1, len(steps))}
    return render(request, "accounts/first_steps.html", context)


@requires(Perm.PEOPLE_VIEW)
@require_safe
def skill_list(request: StaffRequest) -> HttpResponse:
    """Show trades and grades."""
    context = {
        "skills": skills_with_holders(),
        "grades": grades_with_holders(),
        "may_manage": request.user.has(Perm.NETWORK_MANAGE),
        "crumbs": [{"url": reverse("accounts:settings"), "label": _("Settings")}],
    }
    return render(request, "accounts/skill_list.html", context)


@requires(Perm.NETWORK_MANAGE)
def skill_form(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add or rename a trade."""
    skill = get_object_or_404(skills(), pk=pk) if pk else None
    form = SkillForm(posted(request), instance=skill)
    if request.method == "POST" and form.is_valid():
        save_skill(skill=form.save(commit=False), actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, "accounts:skill-list")
    title = str(skill) if skill else _("Add a skill")
    return form_page(request, "network/form_page.html", form, _context(request, title))


@requires(Perm.NETWORK_MANAGE)
def grade_form(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add or rename a grade."""
    grade = get_object_or_404(grades(), pk=pk) if pk else None
    form = GradeForm(posted(request), instance=grade)
    if request.method == "POST" and form.is_valid():
        save_grade(grade=form.save(commit=False), actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, "accounts:skill-list")
    title = str(grade) if grade else _("Add a grade")
    return form_page(request, "network/form_page.html", form, _context(request, title))


def _context(request: StaffRequest, title: str) -> dict[str, object]:
    back = reverse("accounts:skill-list")
    return {
        "title": title,
        "crumbs": [{"url": back, "label": _("Skills and grades")}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": back,
    }
