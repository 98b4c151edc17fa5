"""What the machine says to a person: one clear sentence, Chinese or English by LANG, else both."""

import os

# This module and python_check.py are read by Pythons as old as 3.6: nothing newer may stand in them.


def language() -> str:
    """Return ``zh``, ``en`` or ``both``, from LC_ALL, LC_MESSAGES or LANG (POSIX order)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return value[:2].lower() if value[:2].lower() in ("zh", "en") else "both"
    return "both"


def in_language(en: str, zh: str) -> str:
    """Choose one of two wordings, or join them when the language is unknown."""
    chosen = language()
    if chosen == "both":
        return en if en == zh else f"{en} / {zh}"
    return zh if chosen == "zh" else en


def say(en: str, zh: str) -> None:
    """Print one line at once, so that a pipe or a log shows it when it happens."""
    print(in_language(en, zh), flush=True)


class Halt(Exception):  # noqa: N818 - it ends a command with a sentence, it is not always an error
    """A command cannot go on; the two wordings are all the person sees. ``status`` is the exit code."""

    def __init__(self, en: str, zh: str, status: int = 1) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh
        self.status = status

    def __str__(self) -> str:
        return in_language(self.en, self.zh)
