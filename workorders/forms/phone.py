"""What the phone sends while an installer works on an order."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Material
from common.clock import CHINA
from common.errors import Refused
from common.money import parse_yuan
from workorders.camera import CameraFacts, moment, position
from workorders.flow.numbers import THOUSAND, milli_of
from workorders.models import Signature
from workorders.services.answers import Answers
from workorders.services.charges import Asked
from workorders.services.signatures import Signer
from workorders.services.visiting import Arrival
from workorders.strokes import Strokes, read_strokes
from workorders.taking import Taking

if TYPE_CHECKING:
    from django.http import QueryDict


class PhoneForm(forms.Form):
    """A form of the queue: the answer is JSON, so that what is wrong is said in one sentence."""

    def checked(self) -> dict[str, Any]:
        """Return what was typed as values; Refused with a sentence per wrong field."""
        if not self.is_valid():
            wrong = [
                f"{self.fields[name].label or name}：{' '.join(map(str, errors))}"
                for name, errors in self.errors.items()
            ]
            raise Refused("form.invalid", "；".join(wrong))
        return self.cleaned_data


class MoveForm(PhoneForm):
    """What a move of the flow asks for; which of it is needed is the flow's to say."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)
    more = forms.CharField(label=gettext_lazy("In your words"), max_length=200, required=False)
    next_contact_at = forms.DateTimeField(label=gettext_lazy("Next contact"), required=False)
    day = forms.DateField(label=gettext_lazy("Day"), required=False)
    starts = forms.TimeField(label=gettext_lazy("From"), required=False)
    ends = forms.TimeField(label=gettext_lazy("To"), required=False)
    quote = forms.CharField(label=gettext_lazy("Quotation, yuan"), max_length=20, required=False)
    confirmed = forms.BooleanField(label=gettext_lazy("The customer agrees"), required=False)
    believed = forms.CharField(required=False)
    towards = forms.CharField(required=False)

    def answers(self) -> Answers:
        """Return what was answered; a window needs its day and both times."""
        said = self.checked()
        quote_fen = parse_yuan(said["quote"]) if said["quote"] else None
        reason = "，".join(text for text in (said["reason"], said["more"]) if text)
        return Answers(
            reason=reason[:200],
            next_contact_at=said["next_contact_at"],
            appointment=self._window(said),
            quote_fen=quote_fen,
            confirmed=said["confirmed"],
            via="phone",
            believed=said["believed"],
            towards=said["towards"],
        )

    @staticmethod
    def _window(said: dict[str, Any]) -> tuple[datetime, datetime] | None:
        parts = (said["day"], said["starts"], said["ends"])
        if not any(parts):
            return None
        if not all(parts):
            raise Refused("appointment.part", _("Give the day and both times of the appointment"))
        starts_at, ends_at = (
            datetime.combine(said["day"], said[name], CHINA) for name in ("starts", "ends")
        )
        return starts_at, ends_at


class TakingForm(PhoneForm):
    """What a phone says beside a photo; a camera that writes nonsense refuses no photo."""

    taken_at = forms.DateTimeField(required=False)
    photo_latitude = forms.CharField(required=False)
    photo_longitude = forms.CharField(required=False)
    photo_accuracy = forms.CharField(required=False)
    camera_at = forms.CharField(required=False)
    camera_offset = forms.CharField(required=False)
    camera_latitude = forms.CharField(required=False)
    camera_longitude = forms.CharField(required=False)

    def taking(self) -> Taking:
        """Return where and when the photo was taken, as far as it can be read."""
        said = self.cleaned_data
        lon, lat = position(_number(said["photo_longitude"]), _number(said["photo_latitude"]))
        accuracy = _number(said["photo_accuracy"])
        in_camera = position(_number(said["camera_longitude"]), _number(said["camera_latitude"]))
        return Taking(
            at=said["taken_at"],
            lon=lon,
            lat=lat,
            accuracy_m=min(int(accuracy), 100_000) if accuracy and accuracy >= 0 else None,
            camera=CameraFacts(*in_camera, moment(said["camera_at"], said["camera_offset"])),
        )


class ArrivalForm(TakingForm):
    """Where the phone is, or the customer's code, or why there is neither; far off with a photo."""

    latitude = forms.FloatField(min_value=-90, max_value=90, required=False)
    longitude = forms.FloatField(min_value=-180, max_value=180, required=False)
    accuracy = forms.IntegerField(min_value=0, max_value=100_000, required=False)
    position_error = forms.CharField(max_length=20, required=False)
    code = forms.CharField(label=gettext_lazy("Customer's code"), max_length=200, required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)
    photo = forms.FileField(label=gettext_lazy("Photo"), allow_empty_file=True, required=False)

    def arrival(self) -> Arrival:
        """Return the proof of arrival; a position the phone refused to give is said as such."""
        said = self.checked()
        return Arrival(
            lon=said["longitude"],
            lat=said["latitude"],
            accuracy_m=said["accuracy"],
            code=_six_digits(said["code"]),
            reason=said["reason"] or _why_no_position(said["position_error"]),
            photo=said["photo"],
            said=self.taking(),
        )


class StepForm(PhoneForm):
    """A step done, or not done after all."""

    seq = forms.IntegerField(min_value=1, max_value=999)
    done = forms.BooleanField(required=False)


class PhotoForm(TakingForm):
    """A photo of a step."""

    seq = forms.IntegerField(min_value=0, max_value=999)
    label = forms.CharField(max_length=60, required=False)
    photo = forms.FileField(label=gettext_lazy("Photo"), allow_empty_file=True)

    def asked(self) -> dict[str, Any]:
        """Return the photo, what it shows, and what the phone says of it."""
        said = self.checked()
        return {
            "upload": said["photo"],
            "seq": said["seq"],
            "label": said["label"],
            "said": self.taking(),
        }


class AcceptanceForm(PhoneForm):
    """The customer's code, typed or scanned."""

    code = forms.CharField(label=gettext_lazy("Customer's code"), max_length=200)


class SignatureForm(PhoneForm):
    """What the customer drew, and who it was; an entry queued by an older page has the first alone."""

    signature = forms.FileField(label=gettext_lazy("Signature"))
    signature_strokes = forms.CharField(required=False)
    signer = forms.CharField(label=gettext_lazy("Name"), max_length=40, required=False)
    relation = forms.ChoiceField(
        label=gettext_lazy("Signed by"), choices=Signature.Relation.choices, required=False
    )

    def signer_said(self) -> Signer:
        """Return who signed and how."""
        said = self.cleaned_data
        strokes = _strokes(said["signature_strokes"])
        return Signer(name=said["signer"], relation=said["relation"], strokes=strokes)


class ChargeForm(TakingForm):
    """An extra charge: pieces or an amount, why, a photo, and the customer's signature."""

    code = forms.CharField(label=gettext_lazy("Charge"), max_length=20)
    quantity = forms.IntegerField(
        label=gettext_lazy("Quantity"), min_value=1, max_value=999, required=False
    )
    amount = forms.CharField(label=gettext_lazy("Amount, yuan"), max_length=20, required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)
    photo = forms.FileField(label=gettext_lazy("Photo"), required=False)
    consent = forms.FileField(label=gettext_lazy("Signature"), required=False)
    consent_strokes = forms.CharField(required=False)

    def asked(self) -> Asked:
        """Return what the installer asks for."""
        said = self.checked()
        return Asked(
            code=said["code"],
            quantity=said["quantity"] or 1,
            amount_fen=parse_yuan(said["amount"]) if said["amount"] else None,
            reason=said["reason"],
            photo=said["photo"],
            consent=said["consent"],
            said=self.taking(),
            strokes=_strokes(said["consent_strokes"]),
        )


class LeaveForm(TakingForm):
    """The steps left to another order: why, the part they wait for, and a photo."""

    steps = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Steps left to do"),
        coerce=int,
        required=False,
        choices=[(seq, seq) for seq in range(1, 1000)],
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)
    more = forms.CharField(label=gettext_lazy("In your words"), max_length=200, required=False)
    material = forms.ModelChoiceField(
        Material.objects.filter(is_active=True),
        label=gettext_lazy("Part it waits for"),
        required=False,
    )
    quantity = forms.CharField(label=gettext_lazy("Quantity"), max_length=10, required=False)
    photo = forms.FileField(label=gettext_lazy("Photo"), allow_empty_file=True, required=False)

    def part(self) -> tuple[Material, int] | None:
        """Return the part with its thousandths; one if it is not said how many."""
        material, typed = self.cleaned_data["material"], self.cleaned_data["quantity"]
        if material is None:
            return None
        milli = milli_of(typed) if typed else THOUSAND
        if milli is None or not 0 < milli <= 1_000 * THOUSAND:
            raise Refused("material.quantity", _("Enter a quantity from 0 to 1,000"))
        return material, milli

    def why(self) -> str:
        """Return the reason chosen with what was added in words."""
        said = self.cleaned_data
        return "，".join(text for text in (said["reason"], said["more"]) if text)[:200]


class ConsentForm(PhoneForm):
    """The customer's signature under one charge."""

    consent = forms.FileField(label=gettext_lazy("Signature"))
    consent_strokes = forms.CharField(required=False)

    def strokes(self) -> Strokes | None:
        """Return how the pen moved, where the phone said it."""
        return _strokes(self.cleaned_data["consent_strokes"])


class HereForm(ConsentForm):
    """What the customer answers to a question on the installer's phone, with their signature."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"), choices=[("agree", ""), ("decline", "")]
    )
    reason = forms.CharField(label=gettext_lazy("Remark"), max_length=200, required=False)


def quantities_typed(post: QueryDict) -> dict[str, str]:
    """Return the last value of every field, with the material chosen beside the list put in."""
    typed = {name: str(post[name]) for name in post}
    other = typed.get("other", "")
    if other.isdecimal():
        typed[f"material-{other}"] = typed.get("other_quantity", "")
    return typed


def _strokes(text: str) -> Strokes | None:
    return read_strokes(text) if text else None


def _number(text: str) -> float | None:
    """A finite number of plain digits as a phone writes it, else None."""
    try:
        number = float(text[:24])
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _six_digits(text: str) -> str:
    """A printed code is a link that ends in the digits; people type the digits alone."""
    return text.strip().rstrip("/").rpartition("/")[2].rpartition("=")[2][:20]


def _why_no_position(error: str) -> str:
    words = {
        "denied": _("The phone may not tell its position"),
        "unavailable": _("The phone found no position"),
        "timeout": _("The phone found no position in time"),
        "unsupported": _("The phone has no position"),
    }
    return words.get(error, "")
