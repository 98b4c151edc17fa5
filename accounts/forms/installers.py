"""Forms about installers: profile with skills and hours, certificates, leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts.certificates import CERTIFICATE_NAMES
from accounts.forms.people import PhoneField, clean_name
from accounts.models import Certification, Installer, SkillGrade, User
from accounts.selectors import grades, skills
from accounts.services.installers import USUAL_HOURS, Profile
from network.forms.choices import TreeChoiceField
from network.forms.positions import PositionForm
from network.models import OrgUnit
from network.selectors import visible_units

if TYPE_CHECKING:
    from datetime import time

_STAFFED = (OrgUnit.Kind.OUTLET, OrgUnit.Kind.AGENT, OrgUnit.Kind.DEALER, OrgUnit.Kind.BRANCH)
_KINDS = [each for each in Installer.Kind.choices if each[0] != Installer.Kind.CONTRACTOR]
Bound = forms.BoundField


class InstallerFilter(forms.Form):
    """The filters of the list of installers."""

    q = forms.CharField(label=_("Name, number or phone"), required=False, max_length=40)
    skill = forms.ChoiceField(label=_("Skill"), required=False)
    grade = forms.ModelChoiceField(
        SkillGrade.objects.all(), label=_("Grade"), required=False, empty_label=_("All")
    )
    certificates = forms.ChoiceField(
        label=_("Certificates"),
        required=False,
        choices=[("", _("All")), ("ending", _("Expired or ending"))],
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("on", _("Active")), ("off", _("Disabled"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skill"] = forms.ChoiceField(
            label=_("Skill"),
            required=False,
            choices=[("", _("All")), *((each.code, each.name) for each in skills())],
        )


class InstallerForm(PositionForm):
    """An installer's file. Skills and hours are fields made per trade and per weekday."""

    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=40,
        help_text=_("Cannot be changed later; the mobile number is a good choice"),
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
    )
    display_name = forms.CharField(label=_("Full name"), max_length=40)
    phone = PhoneField()
    number = forms.CharField(label=_("Staff number"), max_length=20)
    kind = forms.ChoiceField(label=_("Kind"), choices=_KINDS)
    outlet = TreeChoiceField(OrgUnit.objects.none(), label=_("Service outlet"))
    grade = forms.ModelChoiceField(SkillGrade.objects.all(), label=_("Grade"))
    wecom_userid = forms.CharField(label=_("WeCom account"), max_length=64, required=False)
    joined_on = forms.DateField(
        label=_("Joined on"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    max_jobs_per_day = forms.IntegerField(
        label=_("Jobs a day at most"), min_value=1, max_value=40, initial=6
    )
    radius_km = forms.IntegerField(
        label=_("Works within kilometres"), min_value=1, max_value=500, initial=40
    )

    def __init__(
        self, *args: Any, actor: User, installer: Installer | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", _initial(installer))
        super().__init__(*args, **kwargs)
        self.fields["address"].label = _("Home address")
        self.fields["district"].label = _("Home district")
        outlet = self.fields["outlet"]
        assert isinstance(outlet, TreeChoiceField)  # noqa: S101  (tells the type checker)
        outlet.queryset = visible_units(actor=actor).filter(is_active=True, kind__in=_STAFFED)
        ranks = [("", _("—")), *((str(each.rank), each.name) for each in grades())]
        self._skills = list(skills())
        for skill in self._skills:
            self.fields[f"skill_{skill.code}"] = forms.ChoiceField(
                label=skill.name, required=False, choices=ranks
            )
        for weekday, label in WEEKDAYS.items():
            for end in ("from", "to"):
                self.fields[f"{end}_{weekday}"] = forms.TimeField(
                    label=label,
                    required=False,
                    widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
                )
        if installer is not None:
            del self.fields["username"]

    def clean_username(self) -> str:
        """Half-width and free."""
        name = clean_name(self.cleaned_data["username"])
        if User.objects.filter(username=name).exists():
            raise ValidationError(_("This sign-in name is already in use"), code="user.name")
        return name

    def clean(self) -> dict[str, Any]:
        """Hours come in pairs and end after they begin."""
        given = super().clean()
        for weekday in WEEKDAYS:
            starts, ends = given.get(f"from_{weekday}"), given.get(f"to_{weekday}")
            if (starts is None) != (ends is None):
                self.add_error(f"to_{weekday}", ValidationError(_("Give both times or neither")))
            elif starts is not None and starts >= ends:
                self.add_error(
                    f"to_{weekday}", ValidationError(_("Must be later than the beginning"))
                )
        return given

    def facts(self) -> list[Bound]:
        """Fields that are neither position, skills nor hours."""
        own = {*PositionForm.base_fields}
        return [b for b in self if b.name not in own and not _is_made(b.name)]

    def position(self) -> list[Bound]:
        """Fields that say where the installer starts from."""
        return [self[name] for name in PositionForm.base_fields]

    def skill_fields(self) -> list[Bound]:
        """One choice of grade per trade."""
        return [self[f"skill_{skill.code}"] for skill in self._skills]

    def hour_fields(self) -> Iterator[tuple[Bound, Bound]]:
        """From and to per weekday."""
        return ((self[f"from_{day}"], self[f"to_{day}"]) for day in WEEKDAYS)

    def profile(self) -> Profile:
        """Return the file of a valid form."""
        given = self.cleaned_data
        return Profile(
            display_name=given["display_name"],
            phone=given["phone"],
            number=given["number"],
            outlet=given["outlet"],
            grade=given["grade"],
            kind=given["kind"],
            wecom_userid=given["wecom_userid"],
            home_address=given["address"],
            home_lon=given["lon"],
            home_lat=given["lat"],
            max_jobs_per_day=given["max_jobs_per_day"],
            radius_m=given["radius_km"] * 1000,
            joined_on=given["joined_on"],
            skills={
                skill.code: int(given[f"skill_{skill.code}"])
                for skill in self._skills
                if given[f"skill_{skill.code}"]
            },
            hours={
                day: (given[f"from_{day}"], given[f"to_{day}"])
                for day in WEEKDAYS
                if given[f"from_{day}"]
            },
        )


def _is_made(name: str) -> bool:
    return name.startswith(("skill_", "from_", "to_"))


def _initial(installer: Installer | None) -> dict[str, Any]:
    if installer is None:
        return _hours(dict(USUAL_HOURS.items()))
    return {
        "display_name": installer.user.display_name,
        "phone": installer.user.phone,
        "wecom_userid": installer.user.wecom_userid,
        "number": installer.number,
        "kind": installer.kind,
        "outlet": installer.outlet_id,
        "grade": installer.grade_id,
        "address": installer.home_address,
        "lon": installer.home_lon,
        "lat": installer.home_lat,
        "max_jobs_per_day": installer.max_jobs_per_day,
        "radius_km": max(1, installer.radius_m // 1000),
        "joined_on": installer.joined_on,
        **{f"skill_{each.skill.code}": str(each.rank) for each in installer.skills.all()},
        **_hours({each.weekday: (each.starts, each.ends) for each in installer.hours.all()}),
    }


def _hours(spans: dict[int, tuple[time, time]]) -> dict[str, Any]:
    return {f"from_{day}": starts for day, (starts, _ends) in spans.items()} | {
        f"to_{day}": ends for day, (_starts, ends) in spans.items()
    }


class CertificateCodeInput(forms.TextInput):
    """A code that offers the known ones: what is typed otherwise matches no service item."""

    template_name = "accounts/_certificate_code.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the known codes with their names."""
        context = super().get_context(name, value, {**(attrs or {}), "list": f"known_{name}"})
        context["widget"]["known"] = list(CERTIFICATE_NAMES.items())
        return context


class CertificateForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A certificate with its last valid day."""

    class Meta:
        model = Certification
        fields = ("code", "number", "valid_until")
        widgets = {
            "code": CertificateCodeInput(),
            "valid_until": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }

    def validate_unique(self) -> None:
        """A certificate of the same kind is renewed, not refused."""


class LeaveForm(forms.Form):
    """Days away."""

    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput({"type": "date"}))
    ends_on = forms.DateField(label=_("To"), widget=forms.DateInput({"type": "date"}))
    reason = forms.CharField(label=_("Reason"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        """The last day does not come before the first."""
        given = super().clean() or {}
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day cannot come before the first"))
        return given
