"""The spellings under which a division appears in addresses: full, short and former names."""

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from network.divisions.atlas import Division, Level, division, divisions, old_names, path

_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西"
    "|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克"
    "|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各"
)
_PEOPLE_TAIL = re.compile(rf"(?:(?:{_PEOPLES})族)+$")
_SHORT_PEOPLE_TAIL = re.compile(r"(?:蒙古|哈萨克|柯尔克孜)+$")
_SUFFIX = re.compile(
    r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|自治旗|地区|林区|特区"
    r"|省|市|盟|州|区|县|旗)$"
)
MIN_SHORT = 2
MIN_ZONE = 4


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a division; `full` when its kind (省, 市, 区 …) is written too."""

    text: str
    of: Division
    full: bool


def short_name(name: str) -> str:
    """The name without its kind and its peoples: 恩施土家族苗族自治州 -> 恩施."""
    bare = _SUFFIX.sub("", name)
    if bare == name:
        return name
    if "自治" in name:
        shorter = _SHORT_PEOPLE_TAIL.sub("", _PEOPLE_TAIL.sub("", bare))
        bare = shorter if len(shorter) >= MIN_SHORT else bare
    return bare


@cache
def spellings() -> MappingProxyType[str, tuple[Spelling, ...]]:
    """All spellings by their text; one text may name several divisions."""
    found: dict[str, dict[str, Spelling]] = {}
    for each in divisions():
        for text, full in _written(each):
            found.setdefault(text, {}).setdefault(each.code, Spelling(text, each, full))
    for old, code in old_names():
        now = division(code)
        if now is None:
            continue
        for text, full in ((old, True), (short_name(old), False)):
            if len(text) >= MIN_SHORT:
                found.setdefault(text, {}).setdefault(code, Spelling(text, now, full))
    return MappingProxyType({text: tuple(by.values()) for text, by in found.items()})


@cache
def longest_spelling() -> int:
    """Length of the longest spelling in characters."""
    return max(map(len, spellings()))


def _written(each: Division) -> list[tuple[str, bool]]:
    short = short_name(each.name)
    written = [(each.name, True)]
    if len(short) >= MIN_SHORT and short != each.name:
        written.append((short, False))
        if each.name.endswith("自治州"):
            written.append((short + "州", True))
        if each.name.endswith(("自治县", "自治旗")):
            written.append((short + each.name[-1], True))
        if each.level is Level.PROVINCE and "自治区" in each.name:
            written.append((short + "自治区", True))
        if each.name.endswith("特别行政区"):
            written.append((short + "特区", True))
    within = _without_city(each)
    return [*written, (within, False)] if within else written


def _without_city(each: Division) -> str:
    """苏州工业园区 under its city is written 工业园区; empty when the name holds no city."""
    bare = each.name
    for above in path(each.code)[:-1]:
        bare = bare.removeprefix(above.name).removeprefix(short_name(above.name))
    return bare if bare != each.name and bare.endswith("区") and len(bare) >= MIN_ZONE else ""
