"""Who gets a statement for a period: everybody with postings in it, or with a balance carried in."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count, Q, Sum

from settlement.models import LedgerAccount, Party, Posting, StatementPeriod


def payee_ids(period: StatementPeriod, *, after: int = 0) -> list[int]:
    """Return the ids of the parties in order, beyond `after`; one query."""
    rows = (
        Posting.objects.filter(
            entry__period__starts_on__lte=period.starts_on, account__party_id__gt=after
        )
        .exclude(account__party__kind=Party.Kind.CLEARING)
        .values_list("account__party_id")
        .annotate(
            now=Count("pk", filter=Q(entry__period=period)),
            carried=Sum("amount_fen", filter=~Q(account__kind=LedgerAccount.Kind.PAID)),
        )
        .order_by("account__party_id")
    )
    return [pk for pk, now, carried in rows if now or carried]


class Posted(NamedTuple):
    """What the period's postings say of one party, in fen."""

    postings: int
    total_fen: int
    released_fen: int


def posted(period: StatementPeriod) -> dict[int, Posted]:
    """Return what was posted in the period, by party; one query."""
    rows = (
        Posting.objects.filter(entry__period=period)
        .exclude(account__party__kind=Party.Kind.CLEARING)
        .values_list("account__party_id")
        .annotate(
            postings=Count("pk"),
            total=Sum("amount_fen"),
            released=Sum("amount_fen", filter=Q(account__kind=LedgerAccount.Kind.AVAILABLE)),
        )
    )
    return {pk: Posted(n, int(total), int(released or 0)) for pk, n, total, released in rows}
