"""``setup``: the environment alone, nothing started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.machine.capacity import disk_errors_told
from common.machine.platform_check import announce_platform
from common.machine.requirements import ensure_requirements
from common.machine.system_packages import ensure_pdf_libraries

if TYPE_CHECKING:
    from common.machine.layout import Layout


def set_up(layout: Layout, requirements: str) -> None:
    """Prepare ``.venv`` with ``requirements/REQUIREMENTS.txt`` and the libraries for PDF."""
    announce_platform()
    with disk_errors_told(layout.root):
        ensure_requirements(layout, requirements)
    ensure_pdf_libraries()
