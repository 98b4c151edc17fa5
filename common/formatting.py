"""Words for amounts, distances, times and phone numbers, the same on screen, in PDFs and in messages.

Functions take plain values and return plain text in the active language; no data reads as "—".
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

MINUS = "\u2212"
NO_VALUE = "—"
EDGE_ZONE = ZoneInfo("Asia/Shanghai")
_FEN_PER_YUAN = 100
_FEN_PER_TENTH_WAN = 100_000
# Signs nobody sees that change how others read: direction marks and overrides, zero-width spaces.
# U+200D stays: it joins emoji.
_HIDDEN = re.compile("[\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MOBILE = re.compile(r"^(?:\+?86)?[\s-]*(1\d{2})[\s-]*(\d{4})[\s-]*(\d{4})$")


def _rounded(value: int, unit: int) -> int:
    """Divide, half away from zero, so that −0.05 and 0.05 print the same digits."""
    whole = (2 * abs(value) + unit) // (2 * unit)
    return -whole if value < 0 else whole


def _one_decimal(tenths: int) -> str:
    sign = MINUS if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10:,}.{abs(tenths) % 10}"


def visible(text: str) -> str:
    """Return text with every hidden sign written out, e.g. "王⟨U+202E⟩伟"; stored it stays as it is."""
    return _HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def money(amount_fen: int | None, *, signed: bool = False) -> str:
    """Fen as "¥1,234.56"; negative "−¥17.17"; `signed` puts "+" before a gain."""
    if amount_fen is None:
        return NO_VALUE
    sign = MINUS if amount_fen < 0 else "+" if signed and amount_fen > 0 else ""
    whole, fen = divmod(abs(amount_fen), _FEN_PER_YUAN)
    return f"{sign}¥{whole:,}.{fen:02d}"


def yuan(amount_fen: int | None) -> str:
    """Fen as bare "1234.56" with an ASCII minus, for CSV columns and input values."""
    if amount_fen is None:
        return ""
    whole, fen = divmod(abs(amount_fen), _FEN_PER_YUAN)
    return f"{'-' if amount_fen < 0 else ''}{whole}.{fen:02d}"


def money_wan(amount_fen: int | None) -> str:
    """Fen as "¥3,184.2 万", one decimal; for boards, never for somebody's pay."""
    if amount_fen is None:
        return NO_VALUE
    tenths = _rounded(amount_fen, _FEN_PER_TENTH_WAN)
    sign = MINUS if tenths < 0 else ""
    # Translators: a sum in units of ten thousand yuan, e.g. ¥3,184.2 万
    return _("%(amount)s ×10k") % {"amount": f"{sign}¥{_one_decimal(abs(tenths))}"}


def wan(amount_fen: int | None) -> str:
    """Fen as "60.6" ten-thousands, for cells whose heading names the unit."""
    return (
        NO_VALUE if amount_fen is None else _one_decimal(_rounded(amount_fen, _FEN_PER_TENTH_WAN))
    )


def km(distance_m: int | None) -> str:
    """Metres as "17.3 km"."""
    return NO_VALUE if distance_m is None else f"{_one_decimal(_rounded(distance_m, 100))} km"


def distance(distance_m: int | None) -> str:
    """Metres as "320 m" below a kilometre, else as "17.3 km"."""
    return f"{distance_m} m" if distance_m is not None and distance_m < 1000 else km(distance_m)


def duration(minutes: int | None) -> str:
    """Minutes as "1 小时 40 分"; from two days on as whole days."""
    if minutes is None:
        return NO_VALUE
    sign = MINUS if minutes < 0 else ""
    minutes = abs(minutes)
    if minutes >= 2 * 24 * 60:
        days = minutes // (24 * 60)
        return sign + ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    hours, rest = divmod(minutes, 60)
    if not hours:
        return sign + _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return sign + _("%(hours)d h") % {"hours": hours}
    return sign + _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def percent_bp(rate_bp: int | None, *, signed: bool = False) -> str:
    """Basis points as "96.4%"."""
    if rate_bp is None:
        return NO_VALUE
    plus = "+" if signed and rate_bp > 0 else ""
    return f"{plus}{_one_decimal(_rounded(rate_bp, 10))}%"


def percent_exact(rate_bp: int) -> str:
    """Return hundredths of a percent with as many decimals as they have: 33.33%, 40%."""
    whole, rest = divmod(abs(rate_bp), 100)
    decimals = f".{rest:02d}".rstrip("0").rstrip(".") if rest else ""
    return f"{MINUS if rate_bp < 0 else ''}{whole}{decimals}%"


def points_bp(change_bp: int | None) -> str:
    """A change between two percentages as "▲ 1.2 个点": shape, sign and word, no colour alone."""
    if change_bp is None:
        return NO_VALUE
    tenths = _rounded(change_bp, 10)
    if tenths == 0:
        return _("unchanged")
    arrow = "▲" if tenths > 0 else "▼"
    return _("%(arrow)s %(points)s points") % {"arrow": arrow, "points": _one_decimal(abs(tenths))}


def masked_phone(number: str | None) -> str:
    """A phone number as "138****5678"; short or foreign numbers keep only their last two digits."""
    if not number:
        return NO_VALUE
    if mobile := _MOBILE.match(number.strip()):
        return f"{mobile[1]}****{mobile[3]}"
    digits = re.sub(r"\D", "", number)
    keep = 4 if len(digits) >= 9 else 2
    return f"****{digits[-keep:]}"


def masked_name(name: str) -> str:
    """Return a name's first character and stars: papers get lost."""
    return f"{name[0]}{'*' * max(1, len(name) - 1)}" if name else NO_VALUE


def short_number(number: str) -> str:
    """An order number as "WO-…0482", for phones."""
    head, dash, tail = number.partition("-")
    return f"{head}-…{tail[-4:]}" if dash and len(tail) > 6 else number


def weekday_name(day: date) -> str:
    """Short weekday, "周六"."""
    return (
        pgettext("short weekday", "Mon"),
        pgettext("short weekday", "Tue"),
        pgettext("short weekday", "Wed"),
        pgettext("short weekday", "Thu"),
        pgettext("short weekday", "Fri"),
        pgettext("short weekday", "Sat"),
        pgettext("short weekday", "Sun"),
    )[day.weekday()]


def day_text(day: date | None, *, today: date, weekday: bool = False) -> str:
    """A day as "11月21日" or "11月21日 周六"; in another year as "2025-11-21"."""
    if day is None:
        return NO_VALUE
    if day.year != today.year:
        return day.isoformat()
    # Translators: a Django date format, e.g. n月j日
    text = date_format(day, pgettext("date format", "j M"))
    return f"{text} {weekday_name(day)}" if weekday else text


def full_time(moment: datetime) -> str:
    """A moment in full as "2026-11-21 周六 19:42", Shanghai time, for titles and journals."""
    local = moment.astimezone(EDGE_ZONE)
    return f"{local:%Y-%m-%d} {weekday_name(local)} {local:%H:%M}"


def when(moment: datetime | None, *, now: datetime) -> str:
    """A moment for lists: "19:42", "昨天 19:42", "明天 09:00", "11月19日 19:42", "2025-11-21"."""
    if moment is None:
        return NO_VALUE
    local, today = moment.astimezone(EDGE_ZONE), now.astimezone(EDGE_ZONE).date()
    clock = f"{local:%H:%M}"
    away = local.date() - today
    if not away:
        return clock
    if away == timedelta(days=-1):
        return _("yesterday %(clock)s") % {"clock": clock}
    if away == timedelta(days=1):
        return _("tomorrow %(clock)s") % {"clock": clock}
    if local.year != today.year:
        return local.date().isoformat()
    return f"{day_text(local.date(), today=today)} {clock}"


def since(moment: datetime | None, *, now: datetime) -> str:
    """Under an hour as "3 分钟前" or "14 分钟后", else as `when`."""
    if moment is None:
        return NO_VALUE
    seconds = int((moment - now).total_seconds())
    if abs(seconds) < 60:
        return _("just now")
    minutes = abs(seconds) // 60
    if minutes >= 60:
        return when(moment, now=now)
    if seconds < 0:
        return ngettext("%(n)d min ago", "%(n)d min ago", minutes) % {"n": minutes}
    return ngettext("in %(n)d min", "in %(n)d min", minutes) % {"n": minutes}


def window(start: datetime | None, end: datetime | None, *, now: datetime) -> str:
    """An appointment as "明天 09:00–11:00"."""
    if start is None:
        return NO_VALUE
    text = when(start, now=now)
    return text if end is None else f"{text}–{end.astimezone(EDGE_ZONE):%H:%M}"
