"""Cut the phone's part out of the vendored style sheet, after a page uses a class of it anew."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from common.phone_styles import CUT, phone_styles


class Command(BaseCommand):
    """Writes the sheet and its digest in the lock of vendored parts."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Rewrite both files."""
        root = Path(settings.BASE_DIR)
        style = phone_styles(root)
        (root / "static/vendor" / CUT).write_text(style, "utf-8")
        path = root / "static/vendor.lock.json"
        parts = json.loads(path.read_text("utf-8"))
        for part in parts:
            if part["name"] == "bootstrap":
                part["files"][CUT] = hashlib.sha256(style.encode()).hexdigest()
        path.write_text(json.dumps(parts, indent=2) + "\n", "utf-8")
        self.stdout.write(f"{len(style)} bytes")
