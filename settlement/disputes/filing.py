"""An installer doubts one line: claim, photos, frozen evidence and the money that waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from settlement.disputes import flow
from settlement.disputes.evidence import freeze_evidence
from settlement.disputes.holding import hold
from settlement.disputes.steps import due_after, lock_dispute, lock_order, take_step, write_step
from settlement.explaining import INSTALLER
from settlement.models import Dispute, DisputePhoto, Settlement, SettlementLine
from settlement.services.parties import installer_party
from workorders.pictures import read_photo

if TYPE_CHECKING:
    from accounts.models import Installer, User
    from workorders.models import WorkOrder

MOST_PHOTOS = 3
MOST_FEN = 10_000_000
MOST_DECISIONS = 2
"""Decisions about one line of one job."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is asked for: how much more in fen, which type, why, and up to three photos."""

    fen: int
    kind: int
    reason: str
    photos: Sequence[File[Any]] = ()


@transaction.atomic
def file_dispute(
    *, order: WorkOrder, seq: int, claim: Claim, installer: Installer, actor: User
) -> Dispute:
    """File a dispute over one of the installer's own lines of the active settlement.

    Refused for an amount that cannot be, a missing reason, too many photos, or a line that was
    decided twice; Conflict when the line is in dispute already or the settlement was taken back in
    the meantime.
    """
    _check(claim)
    pictures = [read_photo(photo) for photo in claim.photos]
    lock_order(order.pk)
    line = _own_line(order, seq, installer)
    before = Dispute.objects.filter(work_order=order).count()
    now = clock.now()
    dispute = Dispute.objects.create(
        number=f"{order.number}-D{before + 1}",
        work_order=order,
        line=line,
        claimant_party=installer_party(installer),
        claimant=actor,
        claimed_fen=claim.fen,
        kind=claim.kind,
        reason=claim.reason.strip(),
        due_at=due_after(flow.State.SUBMITTED),
        filed_at=now,
    )
    for picture in pictures:
        photo = DisputePhoto(
            dispute=dispute, sha256=picture.sha256, size_bytes=len(picture.content)
        )
        photo.file.save(f"claim{picture.suffix}", ContentFile(picture.content), save=False)
        photo.save()
    dispute.held_fen = hold(dispute)
    dispute.save(update_fields=["held_fen"])
    freeze_evidence(dispute)
    write_step(dispute, "file", source="", actor=actor, text=dispute.reason)
    return dispute


@transaction.atomic
def withdraw_dispute(*, dispute_id: int, actor: User) -> Dispute:
    """Take one's own dispute back; what waited is available again."""
    return take_step(lock_dispute(dispute_id), "withdraw", actor=actor)


@transaction.atomic
def answer_dispute(*, dispute_id: int, text: str, actor: User) -> Dispute:
    """Add what was missing to a dispute that could not be decided; it is decided again."""
    refuse_unless(text.strip(), "dispute.answer", _("Write what is missing"))
    return take_step(lock_dispute(dispute_id), "answer", actor=actor, text=text.strip())


def _check(claim: Claim) -> None:
    refuse_unless(
        0 < claim.fen <= MOST_FEN,
        "dispute.amount",
        _("The amount must lie between ¥0.01 and ¥100,000.00"),
    )
    refuse_unless(claim.reason.strip(), "dispute.reason", _("Say in a few words what is wrong"))
    refuse_unless(
        len(claim.photos) <= MOST_PHOTOS, "dispute.photos", _("At most three photos fit a dispute")
    )


def _own_line(order: WorkOrder, seq: int, installer: Installer) -> SettlementLine:
    line = (
        SettlementLine.objects.select_related("settlement__version__rule_set", "payee")
        .filter(
            settlement__work_order=order,
            payee__installer=installer,
            settlement__status=Settlement.Status.ACTIVE,
            party_role=INSTALLER,
            seq=seq,
        )
        .first()
    )
    if line is None:
        raise Refused(
            "dispute.no_line",
            _("This line is no longer there: the job is being settled anew. Look again later."),
        )
    there = Dispute.objects.filter(line=line, state__in=flow.OPEN).first()
    if there is not None:
        sentence = _("This line is in dispute already: %(number)s")
        raise Conflict("dispute.twice", sentence % {"number": there.number})
    _refuse_decided(line, order)
    return line


def _refuse_decided(line: SettlementLine, order: WorkOrder) -> None:
    """A decision may be doubted once, with more to show; then it stands, also when settled anew."""
    decided = Dispute.objects.filter(
        work_order=order,
        line__code=line.code,
        claimant_party=line.payee,
        decided_at__isnull=False,
    )
    numbers = list(decided.order_by("pk").values_list("number", flat=True))
    if len(numbers) >= MOST_DECISIONS:
        sentence = _("This line was decided %(n)d times (%(numbers)s): the decision stands")
        values = {"n": len(numbers), "numbers": _(", ").join(numbers)}
        raise Refused("dispute.decided", sentence % values)
