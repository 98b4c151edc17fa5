"""The list of a new company's first steps; each package adds its own and says when it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer
from network.models import OrgUnit, Region

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step: what to do, why, where, and how to tell that it is done.

    An optional step stays on the list but does not keep the list on the first page.
    """

    order: int
    label: str | Promise
    reason: str | Promise
    url_name: str
    is_done: Callable[[], bool]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class StepState:
    """A step as one company stands to it; `url` is empty when the page does not exist."""

    label: str | Promise
    reason: str | Promise
    url: str
    done: bool
    optional: bool


_steps: list[FirstStep] = []


def add_first_step(step: FirstStep) -> None:
    """Put a step into the list; called in an app's ready()."""
    _steps.append(step)
    _steps.sort(key=lambda each: each.order)


def first_steps() -> list[StepState]:
    """Return all steps of this company in order."""
    return [
        StepState(each.label, each.reason, _url(each.url_name), each.is_done(), each.optional)
        for each in _steps
    ]


def is_under_way() -> bool:
    """Whether a step that is not optional is still to do."""
    return any(not each.optional and not each.is_done() for each in _steps)


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def add_own_steps() -> None:
    """Add the steps about the network and its people."""
    add_first_step(
        FirstStep(
            20,
            _("Add the regions you work in"),
            _("Prices and rules hang on regions; whole provinces come with one click"),
            "network:region-seed",
            Region.objects.exists,
        )
    )
    add_first_step(
        FirstStep(
            30,
            _("Add a branch"),
            _("A branch settles the orders of its regions"),
            "network:unit-add",
            OrgUnit.objects.filter(kind=OrgUnit.Kind.BRANCH).exists,
        )
    )
    add_first_step(
        FirstStep(
            40,
            _("Add a service outlet"),
            _("Installers belong to an outlet, and it serves the regions around it"),
            "network:unit-add",
            OrgUnit.objects.filter(kind=OrgUnit.Kind.OUTLET).exists,
        )
    )
    add_first_step(
        FirstStep(
            50,
            _("Add your first installer"),
            _("They get a link for their phone and see the work of the day"),
            "accounts:installer-add",
            Installer.objects.exists,
        )
    )
