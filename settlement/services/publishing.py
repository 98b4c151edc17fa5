"""Publishes rule sets from plain data: checked, frozen, and the same body only once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused
from common.journal import record
from common.outbox import announce
from settlement.engine.lint import check_rules
from settlement.engine.rules import compile_rules
from settlement.events import RulesPublished
from settlement.models import RuleSet, RuleSetVersion
from settlement.services.ground import ground_of
from settlement.services.parties import ROLES, unpayable
from settlement.services.rules_in_force import latest_version

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.engine.proving.finding import Finding

PRESETS = Path(__file__).resolve().parent.parent / "presets"
FAULTS_SHOWN = 5


class Published(NamedTuple):
    """The version that holds the body, and whether it is new."""

    version: RuleSetVersion
    new: bool


def read_rules(path: Path) -> dict[str, Any]:
    """Return the body in a TOML file; Refused when it cannot be read."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        sentence = _("The file %(name)s cannot be read: %(reason)s")
        values = {"name": path.name, "reason": str(error)}
        raise Refused("rules.unreadable", sentence % values) from error


@transaction.atomic
def publish_rules(
    *, key: str, industry: str, body: Mapping[str, Any], actor: User | None
) -> Published:
    """Freeze a body as the next version of a rule set; a body it had before: no-op.

    `industry` is the code of the industry pack whose work orders these rules settle. Raises
    Refused with the faults found, or when another rule set settles the industry; warnings are
    stored with the version.
    """
    findings = check_rules(body, ground_of(industry))
    if faults := [found for found in findings if found.level == "fault"]:
        raise Refused("rules.faults", _faults(faults))
    compiled = compile_rules(body)
    if strangers := unpayable(compiled.parties):
        sentence = _("Nobody can be paid as %(names)s; known are %(known)s")
        values = {"names": ", ".join(strangers), "known": ", ".join(ROLES)}
        raise Refused("rules.party", sentence % values)
    rule_set = _rule_set(key, industry, compiled.name)
    if known := rule_set.versions.filter(sha256=compiled.sha).first():
        return Published(known, new=False)
    version = freeze(rule_set=rule_set, body=body, checks=stored(findings), published_by=actor)
    return Published(version, new=True)


def freeze(
    *,
    rule_set: RuleSet,
    body: Mapping[str, Any],
    checks: Mapping[str, Any],
    published_by: User | None,
    approved_by: User | None = None,
    effective_to: date | None = None,
) -> RuleSetVersion:
    """Store a checked body as the next version of a locked rule set, and tell everybody.

    The body's own `effective_from` is the first day; Refused when that is no calendar day.
    """
    compiled = compile_rules(body)
    latest = latest_version(rule_set)
    version = RuleSetVersion.objects.create(
        rule_set=rule_set,
        number=compiled.version,
        sequence=latest.sequence + 1 if latest else 1,
        effective_from=_start(compiled.effective_from),
        effective_to=effective_to,
        body=dict(body),
        sha256=compiled.sha,
        checks=dict(checks),
        published_by=published_by,
        approved_by=approved_by,
        published_at=clock.now(),
    )
    record(
        approved_by or published_by, "rules.published", version,
        number=version.number, sha256=version.sha256,
    )  # fmt: skip
    announce(RulesPublished(version.pk))
    return version


def stored(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return findings as a version keeps them among its checks."""
    return {"warnings": [_plain(found) for found in findings]}


def publish_preset(industry: str, *, actor: User | None) -> Published | None:
    """Publish the demo contract of an industry pack; None when there is none."""
    path = PRESETS / f"{industry}.toml"
    if not path.is_file():
        return None
    return publish_rules(key=industry, industry=industry, body=read_rules(path), actor=actor)


def refuse_second(industry: str, *, key: str = "") -> None:
    """Refuse another rule set for an industry that one settles already.

    Of two, the version published last would take over all orders, which nobody means.
    """
    settling = RuleSet.objects.filter(industry=industry, versions__isnull=False)
    if other := settling.exclude(key=key).first():
        sentence = _("%(name)s settles this industry: copy into this rule set or edit it instead")
        raise Refused("rules.industry_taken", sentence % {"name": other.name})


def _rule_set(key: str, industry: str, name: str) -> RuleSet:
    refuse_second(industry, key=key)
    rule_set, _made = RuleSet.objects.select_for_update().get_or_create(
        key=key, defaults={"name": name, "industry": industry}
    )
    if rule_set.industry != industry:
        sentence = _("The rule set %(key)s belongs to %(industry)s")
        values = {"key": key, "industry": rule_set.industry}
        raise Refused("rules.industry", sentence % values)
    return rule_set


def _start(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused("rules.date", _("%(day)s is not a calendar day") % {"day": text}) from error


def _faults(faults: list[Finding]) -> str:
    shown = [f"{found.path}: {_(found.message) % found.params}" for found in faults[:FAULTS_SHOWN]]
    if len(faults) > FAULTS_SHOWN:
        shown.append(_("and %(n)d more") % {"n": len(faults) - FAULTS_SHOWN})
    return "; ".join(shown)


def _plain(found: Finding) -> dict[str, Any]:
    return {
        "level": found.level,
        "path": found.path,
        "message": found.message,
        "params": {name: str(value) for name, value in found.params.items()},
        "example": dict(found.example),
    }
