"""What a share is taken of: sums of earlier lines, other sums and facts, each with its sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.rulebook.entries import Entry, Posted, place_of, put

if TYPE_CHECKING:
    from settlement.rulebook.vocabulary import Vocabulary

MONEY_FACTS = ("fact:paid_fen",)
FACT = "fact:"


def terms_of(raw: Any) -> list[str]:
    """Return the terms of a base as a list."""
    return [str(each) for each in (raw if isinstance(raw, list) else [raw] if raw else [])]


def labels_of(body: Mapping[str, Any], words: Vocabulary) -> dict[str, str]:
    """Return the words of everything a term can name."""
    labels = {str(name): str(raw.get("label", name)) for name, raw in body.get("sums", {}).items()}
    for each in body.get("components", []):
        labels[str(each.get("code"))] = str(each.get("label") or each.get("code"))
    labels |= {name: words.word(name) for name in MONEY_FACTS}
    return labels


def term_word(term: str, labels: Mapping[str, str], words: Vocabulary) -> str:
    """Return a term's word without its sign."""
    name = term.removeprefix("-")
    return labels.get(name) or (words.word(name) if name.startswith(FACT) else name)


def usable(body: Mapping[str, Any], before: str | None, sum_name: str = "") -> list[str]:
    """Return the names a base may use at a component: earlier lines, sums of them, facts.

    `before` is the code of the component; None: every line, for a sum of its own.
    """
    codes = [str(each.get("code")) for each in body.get("components", [])]
    earlier = codes[: codes.index(before)] if before in codes else codes
    sums = body.get("sums", {})
    known = set(earlier) | set(MONEY_FACTS)
    ready: list[str] = []
    left = [name for name in sums if name != sum_name]
    while found := [n for n in left if _bare(sums[n]) <= known | set(ready)]:
        ready += found
        left = [name for name in left if name not in found]
    return [*ready, *earlier, *MONEY_FACTS]


def _bare(raw: Mapping[str, Any]) -> set[str]:
    return {term.removeprefix("-") for term in terms_of(raw.get("of")) if not term.startswith(FACT)}


def terms_entry(
    name: str, label: str, raw: Any, names: Sequence[str], labels: Mapping[str, str],
    words: Vocabulary,
) -> Entry:  # fmt: skip
    """Return the entry of a base: its terms as chips, and a list to add from."""
    known = set(names)
    chips = [
        {
            "value": term, "minus": term.startswith("-"), "word": term_word(term, labels, words),
            "late": term.removeprefix("-") not in known and not term.startswith(FACT),
        }
        for term in terms_of(raw)
    ]  # fmt: skip
    taken = {str(chip["value"]).removeprefix("-") for chip in chips}
    options = [(n, term_word(n, labels, words)) for n in names if n not in taken]
    late = [str(chip["word"]) for chip in chips if chip["late"]]
    error = ""
    if late:
        sentence = _("%(names)s comes later in the order; move it up, or take it out of the base")
        error = sentence % {"names": _(", ").join(late)}
    return Entry(name, label, "terms", chips, options, error=error)


def read_terms(raw: dict[str, Any], key: str, posted: Posted) -> None:
    """Write the terms that were posted into a body: chips, an added one, a pressed button."""
    if not posted.has(f"{key}_add"):
        return
    terms = [term for term in posted.all(key) if term]
    added = posted.text(f"{key}_add")
    if added and added not in terms:
        terms.append(added)
    what, *where = posted.op
    if where[:1] == [key] and what in ("drop", "sign") and where[1:]:
        at = place_of(where[1])
        if at is not None and at < len(terms):
            if what == "drop":
                del terms[at]
            else:
                term = terms[at]
                terms[at] = term[1:] if term.startswith("-") else f"-{term}"
    single = len(terms) == 1 and not terms[0].startswith("-")
    put(raw, key, terms[0] if single and key != "of" else terms or None)
