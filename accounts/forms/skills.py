"""Forms about trades and grades."""

from __future__ import annotations

from django import forms

from accounts.models import Skill, SkillGrade


class SkillForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A trade; items and installers name it by its code."""

    class Meta:
        model = Skill
        fields = ("code", "name")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through
        # Published items name trades by code: a changed code would leave them without one.
        self.fields["code"].disabled = self.instance.pk is not None


class GradeForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A grade; rules name it by its code, the rank orders grades."""

    class Meta:
        model = SkillGrade
        fields = ("code", "name", "rank")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through
        self.fields["code"].disabled = self.instance.pk is not None
