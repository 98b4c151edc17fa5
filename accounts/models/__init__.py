"""People: users with a role and a place, installers with skills and certificates."""

from accounts.models.installer import (
    Certification,
    Installer,
    InstallerSkill,
    Leave,
    Skill,
    SkillGrade,
    WorkingHours,
)
from accounts.models.user import User

__all__ = [
    "Certification",
    "Installer",
    "InstallerSkill",
    "Leave",
    "Skill",
    "SkillGrade",
    "User",
    "WorkingHours",
]
