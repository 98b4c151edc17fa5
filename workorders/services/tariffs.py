"""Keeps what a company allows for extra charges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.journal import record
from common.transactions import transactional

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import ChargeTariff


@transactional
def save_tariff(*, tariff: ChargeTariff, actor: User) -> ChargeTariff:
    """Save the terms of a code; charges keep the terms they were made with."""
    tariff.save()
    record(
        actor,
        "charge_tariff.saved",
        tariff,
        code=tariff.code,
        unit_fen=tariff.unit_fen,
        most_fen=tariff.most_fen,
        bearer=tariff.bearer,
        installer_bp=tariff.installer_bp,
    )
    return tariff
