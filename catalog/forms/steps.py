"""The form of one step of a service item, and the steps of an item together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from catalog.forms.fields import LinesField, MaterialsField, PhotosField
from catalog.pack_shapes import LONGEST_ADDRESS
from catalog.videos import own_number, videos

EMPTY_STEPS = 2
MOST_STEPS = 40


class StepForm(forms.Form):
    """One step; an empty name leaves it out."""

    place = forms.IntegerField(label=_("Place"), required=False, min_value=1, max_value=99)
    name = forms.CharField(label=_("Step"), max_length=60, required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=1440, required=False)
    required = forms.BooleanField(label=_("Must be done"), required=False, initial=True)
    instruction = forms.CharField(
        label=_("Instruction"), required=False, max_length=500, widget=forms.Textarea({"rows": 2})
    )
    video = forms.URLField(
        label=_("Video"),
        required=False,
        max_length=LONGEST_ADDRESS,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https"])],
        help_text=_("An https address; the phone opens it when it is tapped, never by itself"),
    )
    upload = forms.FileField(
        label=_("Or a video of your own"),
        required=False,
        help_text=_("MP4, 30 MB at most"),
        widget=forms.FileInput({"accept": "video/mp4"}),
    )
    own = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    unkept = forms.BooleanField(label=_("Without the uploaded video"), required=False)
    photos = PhotosField(label=_("Photos"), help_text=_("Name × count | what it shows"))
    materials = MaterialsField(
        label=_("Materials"), help_text=_("Code and quantity; only the code: measured on site")
    )
    safety = LinesField(label=_("Safety"), help_text=_("One rule per line"))

    def __init__(self, *args: Any, known_materials: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        materials = self.fields["materials"]
        assert isinstance(materials, MaterialsField)  # noqa: S101  (tells the type checker)
        materials.known = known_materials

        if not self.own_video:
            del self.fields["unkept"]

    @property
    def own_video(self) -> str:
        """The video of the company's own that is kept; "" for none, or what is none."""
        kept = str(self["own"].value() or "")
        number = own_number(kept)
        return kept if number is not None and videos().filter(pk=number).exists() else ""

    def kept_video(self) -> str:
        """Return what a valid step keeps: the uploaded video, else the address."""
        own = "" if self.cleaned_data.get("unkept") else self.own_video
        return own or str(self.cleaned_data["video"])

    def clean(self) -> dict[str, Any]:
        """A named step says how long it takes; a step without a name is empty."""
        given = super().clean() or {}
        if given.get("video") and self.own_video and not given.get("unkept"):
            self.add_error("video", ValidationError(_("Either an address or a video of your own")))
        given["own"] = self.own_video
        if given.get("name") and not given.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", ValidationError(_("Say how many minutes it takes")))
        if not given.get("name") and any(
            given.get(key)
            for key in ("minutes", "instruction", "video", "own", "photos", "materials", "safety")
        ):
            self.add_error("name", ValidationError(_("Give the step a name, or empty it wholly")))
        return given


class _Steps(forms.BaseFormSet):  # type: ignore[type-arg]  # not generic at run time
    def clean(self) -> None:
        """At least one step."""
        if not any(self.errors) and not any(
            form.cleaned_data.get("name") for form in self.forms if hasattr(form, "cleaned_data")
        ):
            raise ValidationError(_("An item needs at least one step"), code="item.steps")

    def ordered(self) -> list[dict[str, Any]]:
        """Return the named steps in the order of their places."""
        named = [
            {**form.cleaned_data, "video": form.kept_video()}
            for form in self.forms
            if form.cleaned_data.get("name")
        ]
        return sorted(named, key=lambda given: given.get("place") or MOST_STEPS + 60)


StepFormSet = forms.formset_factory(
    StepForm, formset=_Steps, extra=EMPTY_STEPS, max_num=MOST_STEPS, absolute_max=MOST_STEPS
)
