"""What the catalog writes into a new company: the industry pack chosen at sign-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.pack_format import read_pack, shipped_packs
from catalog.services.packs import import_pack
from tenants.provisioning import offer_packs, on_new_tenant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenants.provisioning import SignUp


def import_chosen_pack(sign_up: SignUp) -> None:
    """Import the pack, when one was chosen."""
    if sign_up.pack:
        import_pack(sign_up.pack, actor=None)


def choices() -> Iterable[tuple[str, str]]:
    """Yield (code, name) of the shipped packs."""
    for path in shipped_packs():
        yield path.stem, read_pack(path).name


on_new_tenant(import_chosen_pack, order=20)
offer_packs(choices)
