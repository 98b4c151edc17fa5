"""What the catalog does when something happens elsewhere."""

from __future__ import annotations

from catalog.services.packs import apply_imported_overrides
from common.outbox import subscribe
from network.events import RegionsAdded


@subscribe(RegionsAdded)
def on_regions_added(_event: RegionsAdded) -> None:
    """Let the imported packs' regional overrides apply in the new regions too."""
    apply_imported_overrides()
