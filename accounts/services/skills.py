"""Adds and renames trades and grades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from common.journal import record

if TYPE_CHECKING:
    from accounts.models import Skill, SkillGrade, User


@transaction.atomic
def save_skill(*, skill: Skill, actor: User | None) -> Skill:
    """Store a trade."""
    skill.save()
    record(actor, "skill.saved", skill, code=skill.code)
    return skill


@transaction.atomic
def save_grade(*, grade: SkillGrade, actor: User | None) -> SkillGrade:
    """Store a grade."""
    grade.save()
    record(actor, "grade.saved", grade, code=grade.code, rank=grade.rank)
    return grade
