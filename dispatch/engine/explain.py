"""Turns reason codes into sentences in the reader's language."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone

from common.marking import N_
from dispatch.engine.online import Candidate, Params, Reason

CHINA = timezone(timedelta(hours=8))


WHY: Mapping[str, str] = {
    "distance": N_("%(km)s km away, %(minutes)s min"),
    "free_slot": N_("Free from %(from)s to %(until)s"),
    "skilled": N_("Grade %(rank)s in %(trade)s (needed: %(needed)s)"),
    "certified": N_("Holds a valid certificate: %(certificate)s"),
    "rating": N_("Rated %(rating)s of 5"),
    "load": N_("%(jobs)s open jobs"),
    "usual": N_("Has served this customer before"),
    "earning": N_("Estimated earning ¥%(amount)s"),
    "cross_region": N_("Works across regions: comes to %(region)s"),
}
WHY_NOT: Mapping[str, str] = {
    "skill": N_("Does not have the skill %(trade)s"),
    "grade": N_("Grade %(rank)s in %(trade)s, needed is %(needed)s"),
    "certificate_missing": N_("Does not hold the certificate %(certificate)s"),
    "certificate_expired": N_(
        "The certificate %(certificate)s has expired or ends before the visit"
    ),
    "region": N_("Does not work in region %(region)s"),
    "radius": N_("%(km)s km from home, works within %(radius_km)s km"),
    "no_shift": N_("Not at work in the time the customer wants"),
    "window": N_("No free time for the way and the work in the time the customer wants"),
    "cap": N_("Already has %(jobs)s jobs that day"),
}
PARTS: Mapping[str, str] = {
    "travel": N_("Travel"),
    "delay": N_("Later than wanted"),
    "surplus": N_("Grade above what is needed"),
    "load": N_("Open jobs"),
    "rating": N_("Rating"),
    "usual": N_("Usual installer"),
    "fairness": N_("Fair share"),
    "earning": N_("Estimated earning"),
}


def message(reason: Reason, names: Mapping[str, str] | None = None) -> tuple[str, dict[str, str]]:
    """The msgid of a reason and its readable parameters.

    `names` maps codes of trades, certificates, regions to what people call them.
    KeyError for a code without a sentence: every reason must be explainable.
    """
    msgid = WHY.get(reason.code) or WHY_NOT[reason.code]
    return msgid, _readable(reason.params, names or {})


def sentence(
    reason: Reason, translate: Callable[[str], str], names: Mapping[str, str] | None = None
) -> str:
    """A reason in the language of `translate`."""
    msgid, params = message(reason, names)
    return translate(msgid) % params


def why(
    candidate: Candidate, translate: Callable[[str], str], names: Mapping[str, str] | None = None
) -> list[str]:
    """All sentences of a candidate, in their order."""
    return [sentence(reason, translate, names) for reason in candidate.reasons]


def _readable(params: Params, names: Mapping[str, str]) -> dict[str, str]:
    read: dict[str, str] = {}
    for key, value in params.items():
        if isinstance(value, str):
            read[key] = names.get(value, value)
        else:
            name, text = _number(key, value)
            read[name] = text
    return read


def _number(key: str, value: int) -> tuple[str, str]:
    match key:
        case "distance_m":
            return "km", _tenths(-(-value // 100))
        case "radius_m":
            return "radius_km", _tenths(-(-value // 100))
        case "travel_s":
            return "minutes", str(-(-value // 60))
        case "rating_x10":
            return "rating", _tenths(value)
        case "amount_fen":
            whole, rest = divmod(abs(value), 100)
            return "amount", f"{'−' if value < 0 else ''}{whole:,}.{rest:02d}"
        case "start":
            return "from", _clock(value)
        case "end":
            return "until", _clock(value)
    return key, str(value)


def _tenths(value: int) -> str:
    return f"{value // 10}.{value % 10}"


def _clock(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone(CHINA).strftime("%H:%M")
