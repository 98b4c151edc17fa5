"""What headquarters is told about the figures themselves: when they were checked, what is not in yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.access import Perm
from common.formatting import full_time, money
from common.outbox.selectors import failed_rows
from dashboards.checking import HANDLERS
from dashboards.models import RollupCheck
from dashboards.rests import Alert, Facts

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Proof:
    """The last check that ended, and bookings whose event failed or is late; nothing for branches."""

    check: RollupCheck | None = None
    late: int = 0
    newest_late: datetime | None = None

    @property
    def stamp(self) -> str:
        """Changes with what is shown."""
        return f"{self.check.pk if self.check else 0}.{self.late}"

    @property
    def sentence(self) -> str:
        """What the page says below the figures; empty before the first check."""
        if self.check is None or self.check.finished_at is None:
            return ""
        words = {"when": full_time(self.check.finished_at), "n": f"{self.check.cells:,}"}
        said = [_("Checked %(when)s: %(n)s cells against a rebuild") % words, self._result()]
        if self.check.waiting:
            sentence = ngettext(
                "%(n)d booking was on its way and left out",
                "%(n)d bookings were on their way and left out",
                self.check.waiting,
            )
            said.append(sentence % {"n": self.check.waiting})
        return " · ".join(said)

    def _result(self) -> str:
        if self.check is None or not is_off(self.check):
            return _("none is off by a fen")
        return _("off by %(money)s, put right") % {"money": money(self.check.off_fen)}


def is_off(check: RollupCheck) -> bool:
    """Whether a check found a fault."""
    return bool(check.off or check.missed or check.ledger_off)


def proof_for(actor: User) -> Proof:
    """Return what a reader is told of the figures; two queries for headquarters, none for others."""
    if not actor.sees_everything:
        return Proof()
    check = RollupCheck.objects.exclude(finished_at=None).order_by("-pk").first()
    late = failed_rows().filter(handler__startswith=HANDLERS).order_by()
    row = late.aggregate(n=Count("pk"), newest=Max("created_at"))
    return Proof(check, row["n"], row["newest"])


def proof_alerts(actor: User, proof: Proof) -> list[Alert]:
    """Return what is wrong with the figures: found at night, or not in yet."""
    lines = []
    if proof.late:
        sentence = ngettext(
            "%(n)d booking is not in the figures yet: its event failed or is late",
            "%(n)d bookings are not in the figures yet: their events failed or are late",
            proof.late,
        )
        facts = Facts.counted(proof.late, proof.newest_late)
        url = reverse("outbox:task-list") if actor.has(Perm.TASK_MANAGE) else ""
        title = _("Figures lag behind")
        lines.append(Alert("figures-late", title, sentence % {"n": proof.late}, facts, url=url))
    check = proof.check
    if check is not None and is_off(check):
        lines.append(_off_alert(check))
    return lines


def _off_alert(check: RollupCheck) -> Alert:
    if check.ledger_off:
        sentence = ngettext(
            "In %(n)d month the figures are not what the ledger has",
            "In %(n)d months the figures are not what the ledger has",
            check.ledger_off,
        ) % {"n": check.ledger_off}
    else:
        sentence = _(
            "Last night %(cells)d cells differed by %(money)s and %(missed)d bookings were missing;"
            " all were put right"
        ) % {"cells": check.off, "money": money(check.off_fen), "missed": check.missed}
    facts = Facts.counted(check.off + check.missed + check.ledger_off, check.finished_at)
    return Alert("figures-off", _("Figures were off"), sentence, facts)
