"""Sums of settled orders as plain values, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figures:
    """Orders and money in fen of any selection; margin is what the company's units keep."""

    orders: int = 0
    revenue_fen: int = 0
    installer_fen: int = 0
    channel_fen: int = 0
    tax_fen: int = 0
    outside_fen: int = 0
    margin_fen: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.orders + other.orders,
            self.revenue_fen + other.revenue_fen,
            self.installer_fen + other.installer_fen,
            self.channel_fen + other.channel_fen,
            self.tax_fen + other.tax_fen,
            self.outside_fen + other.outside_fen,
            self.margin_fen + other.margin_fen,
        )

    def __sub__(self, other: Figures) -> Figures:
        return Figures(
            self.orders - other.orders,
            self.revenue_fen - other.revenue_fen,
            self.installer_fen - other.installer_fen,
            self.channel_fen - other.channel_fen,
            self.tax_fen - other.tax_fen,
            self.outside_fen - other.outside_fen,
            self.margin_fen - other.margin_fen,
        )

    @property
    def rate_bp(self) -> int | None:
        """Margin as a share of revenue in basis points; None without revenue."""
        return share_bp(self.margin_fen, self.revenue_fen)

    @property
    def installer_bp(self) -> int | None:
        """Installers' pay as a share of revenue in basis points; None without revenue."""
        return share_bp(self.installer_fen, self.revenue_fen)


NOTHING = Figures()


def total(parts: Iterable[Figures]) -> Figures:
    """Add figures up; nothing at all is all zeros."""
    return sum(parts, NOTHING)


def share_bp(part: int, whole: int) -> int | None:
    """Return a share in basis points, rounded half away from zero; None of nothing."""
    if whole <= 0:
        return None
    share = (2 * abs(part) * 10_000 + whole) // (2 * whole)
    return share if part >= 0 else -share


def change_bp(now: int, before: int) -> int | None:
    """Return a change in basis points; None when there was nothing to compare with."""
    return share_bp(now - before, before)
