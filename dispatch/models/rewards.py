"""Achievements: who of the company's people wants to see their own."""

from __future__ import annotations

from django.db import models

from accounts.models import Installer


class RewardChoice(models.Model):
    """Somebody wants to see their own achievements and points; without a row they do not."""

    installer = models.OneToOneField(Installer, models.CASCADE, related_name="reward_choice")
    chosen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.installer_id}"
