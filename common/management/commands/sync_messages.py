"""Bring the Chinese catalogue up to date with the texts in code and templates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand

from common.message_extraction import messages


class Command(BaseCommand):
    """Adds new messages without a translation, drops those that no longer exist."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Rewrite locale/zh_Hans and print what still needs a translation."""
        path = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        old = polib.pofile(str(path)) if path.exists() else polib.POFile()
        known = {(e.msgctxt or "", e.msgid, e.msgid_plural or ""): e for e in old}
        new = polib.POFile(wrapwidth=98)
        new.metadata = {
            "Project-Id-Version": "kuaqu",
            "Language": "zh_Hans",
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": "nplurals=1; plural=0;",
        }
        for key in sorted(messages(), key=lambda m: (m[1].lower(), m[0])):
            new.append(known.get(key) or _entry(*key))
        new.save(str(path))
        missing = [entry for entry in new if not entry.translated()]
        for entry in missing:
            self.stdout.write(entry.msgid)
        self.stdout.write(f"{len(new)} messages, {len(missing)} without a translation")


def _entry(context: str, msgid: str, plural: str) -> polib.POEntry:
    entry = polib.POEntry(msgid=msgid, msgctxt=context or None)
    if plural:
        entry.msgid_plural = plural
        entry.msgstr_plural = {0: ""}
    return entry
