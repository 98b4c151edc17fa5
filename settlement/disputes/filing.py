"""A payee doubts one line: claim, photos, frozen evidence and the money that waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from settlement.disputes import flow
from settlement.disputes.evidence import freeze_evidence
from settlement.disputes.holding import hold
from settlement.disputes.steps import lock_dispute, lock_order, start_clock, take_step, write_step
from settlement.disputes.subject import Subject, subject_of
from settlement.models import Dispute, DisputePhoto, LedgerAccount
from settlement.services.parties import account
from workorders.pictures import read_photo

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.models import Party

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
def file_dispute(*, kind: str, pk: int, claim: Claim, party: Party, actor: User) -> Dispute:
    """File a dispute over one line of a payee's statement (`subject.Kind`, and its id).

    Refused for an amount that cannot be, a missing reason, too many photos, a line that is not (or
    no longer) the payee's, or one that was decided twice; Conflict when it is in dispute already.
    """
    _check(claim)
    pictures = [read_photo(photo) for photo in claim.photos]
    subject = _locked(kind, pk, party)
    _refuse_doubted(subject)
    dispute = Dispute(
        number=_number(subject),
        work_order=subject.work_order,
        line=subject.line,
        period_line=subject.period_line,
        entry=subject.entry,
        entry_label=subject.label if subject.entry else "",
        entry_fen=subject.amount_fen if subject.entry else None,
        claimant_party=party,
        claimant=actor,
        claimed_fen=claim.fen,
        kind=claim.kind,
        reason=claim.reason.strip(),
        filed_at=clock.now(),
    )
    start_clock(dispute)
    dispute.save()
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


def _locked(kind: str, pk: int, party: Party) -> Subject:
    """Return the line behind the lock of its order, or of the payee's account without an order.

    The order first: whoever takes its settlement back holds it and then closes its disputes.
    """
    before = subject_of(kind, pk, party) or _gone()
    if before.work_order is None:
        available = account(party, LedgerAccount.Kind.AVAILABLE)
        LedgerAccount.objects.select_for_update().get(pk=available.pk)
    else:
        lock_order(before.work_order.pk)
    return subject_of(kind, pk, party) or _gone()


def _gone() -> NoReturn:
    raise Refused(
        "dispute.no_line",
        _("This line is no longer there: the job is being settled anew. Look again later."),
    )


def _number(subject: Subject) -> str:
    """The order's number, or period and entry, and which dispute about it this is."""
    if subject.work_order is not None:
        before = Dispute.objects.filter(work_order=subject.work_order).count()
        return f"{subject.work_order.number}-D{before + 1}"
    entry = subject.entry or (subject.period_line and subject.period_line.entry)
    of_entry = Q(entry=entry) | Q(period_line__entry=entry)
    before = Dispute.objects.filter(of_entry, work_order=None).count()
    return f"{entry.period}-{entry.pk}-D{before + 1}" if entry else _gone()


def _refuse_doubted(subject: Subject) -> None:
    """One open dispute a line; a decision may be doubted once, with more to show, then it stands.

    Also when the job was settled anew in between: the same code for the same payee.
    """
    there = open_dispute_of(subject)
    if there is not None:
        sentence = _("This line is in dispute already: %(number)s")
        raise Conflict("dispute.twice", sentence % {"number": there.number})
    same = (
        Q(work_order=subject.work_order, line__code=subject.line.code)
        if subject.line is not None
        else Q(period_line=subject.period_line, entry=subject.entry)
    )
    decided = Dispute.objects.filter(same, claimant_party=subject.party, decided_at__isnull=False)
    numbers = list(decided.order_by("pk").values_list("number", flat=True))
    if len(numbers) >= MOST_DECISIONS:
        sentence = _("This line was decided %(n)d times (%(numbers)s): the decision stands")
        values = {"n": len(numbers), "numbers": _(", ").join(numbers)}
        raise Refused("dispute.decided", sentence % values)


def open_dispute_of(subject: Subject) -> Dispute | None:
    """Return the payee's open dispute over a line."""
    found = Dispute.objects.filter(
        line=subject.line,
        period_line=subject.period_line,
        entry=subject.entry,
        claimant_party=subject.party,
        state__in=flow.OPEN,
    )
    return found.first()
