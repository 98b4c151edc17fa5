"""Money customers pay on site for extra charges: the installer's part of it, and whose fee it is not.

Extra charges are part of `paid_fen` (`charged_fen` says how much). Two things hold in every rule
set, whether or not its author thought of them: the installer is paid the tariff's share, and
nobody's commission, and no fee of the channel, is taken of money the shop never saw. A ladder over
`paid_fen` counts what the shop sold for the same reason.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from settlement.engine.facts import JobFacts, reader, row_reader
from settlement.engine.reading import Section
from settlement.engine.result import WORKER

PAID, CHARGED = "fact:paid_fen", "fact:charged_fen"
CHARGES = "charges"  # the kind that pays the installer
CHANNEL = "channel"
ON_SITE = -1  # stands beside slots for money paid on site itself, whoever it is for
# What of a base is money paid on site, and what of it was paid out: how often each is in it.
Content = Counter[int]


def pays_charges(components: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a component says who is paid for extra charges."""
    return any(each.get("kind") == CHARGES for each in components)


def implied(
    sections: list[Section], parties: Collection[str], names: Collection[str]
) -> Section | None:
    """Return the component that pays installers where no rule does; None where it is not needed."""
    raws = [section.raw for section in sections]
    if not raws or WORKER not in parties or pays_charges(raws):
        return None
    taken = {*names, *(str(raw.get("code")) for raw in raws)}
    code = next(name for name in ("CHARGE", "ONSITE", "EXTRACHARGE") if name not in taken)
    raw = {"code": code, "label": "附加费", "kind": CHARGES, "party": WORKER}
    return Section(raw, f"rules.{code}", sections[0].errors)


def left_out(
    kind: str, party: str, content: Content, charged: int | None, own: int | None
) -> Content:
    """Return what is taken from a component's base (added, where negative), by slot.

    A fee loses all that was paid on site. Everybody else but the tax shares what is left after
    `own`, the implied component; milestones of the installer hold it too.
    """
    of_it = content[ON_SITE]
    if kind == "commission" or party == CHANNEL:
        found = Counter({slot: times for slot, times in content.items() if slot != ON_SITE})
        if charged is not None:
            found[charged] = of_it
        return found
    if own is None or kind == "tax":
        return Counter()
    if kind == "release":
        return Counter({own: -1} if party == WORKER else {})
    return Counter({own: of_it})


def of_fact(name: str) -> Content:
    """Return the content of a fact used as an amount."""
    return Counter({ON_SITE: 1} if name in (PAID, CHARGED) else {})


def counted(name: str) -> tuple[str, ...]:
    """Return the facts a rule looks at that counts one: of what was paid, what the shop sold."""
    return ("paid_fen", "charged_fen") if name == "paid_fen" else (name,)


def counted_value(values: tuple[Any, ...]) -> Any:
    """Return the first of these facts less the others; None while one is not known."""
    first, *others = values
    return first if not others or None in values else first - sum(others)


def counting(name: str) -> Callable[[JobFacts], Any]:
    """Return the reader of a fact that is counted."""
    names = counted(name)
    if len(names) == 1:
        return reader(name)
    read = row_reader(names)
    return lambda facts: counted_value(read(facts))
