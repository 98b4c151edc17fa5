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
from accounts.models.user import Role, User

__all__ = [
    "Certification",
    "Installer",
    "InstallerSkill",
    "Leave",
    "Role",
    "Skill",
    "SkillGrade",
    "User",
    "WorkingHours",
]
