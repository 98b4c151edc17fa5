"""The demo companies as written in companies.toml, and names for their people."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

PASSWORD = "kuaqu-demo"  # noqa: S105 - printed at start, for the demo alone
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = [
    "建国",
    "志强",
    "海涛",
    "磊",
    "伟",
    "鹏",
    "国华",
    "凯",
    "永明",
    "亮",
    "军",
    "勇",
    "杰",
    "涛",
    "超",
    "明",
    "刚",
    "平",
    "辉",
    "健",
    "斌",
    "峰",
    "波",
    "俊",
    "飞",
    "浩",
    "宇",
    "晓东",
    "立新",
    "文博",
    "家豪",
    "振华",
    "德胜",
    "春生",
    "长青",
    "广林",
    "金龙",
    "庆丰",
    "世杰",
    "维民",
    "学文",
    "玉林",
    "宏伟",
    "少华",
    "卫东",
]


@dataclass(frozen=True, slots=True)
class City:
    """A city with its number of outlets."""

    name: str
    outlets: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch for one province."""

    big_region: str
    name: str
    province: str
    agent: str
    cities: tuple[City, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """One demo company."""

    slug: str
    name: str
    short: str
    pack: str
    rules: str
    installers: int
    orders_per_day: int
    shops: tuple[str, ...]
    corp: str
    sold_by: tuple[str, ...]
    branches: tuple[Branch, ...]

    @property
    def outlets(self) -> int:
        """How many outlets the company has."""
        return sum(city.outlets for branch in self.branches for city in branch.cities)


@cache
def companies() -> tuple[Company, ...]:
    """Return the demo companies in the order they are made."""
    text = (Path(__file__).parent / "companies.toml").read_text(encoding="utf-8")
    return tuple(_company(raw) for raw in tomllib.loads(text)["company"])


def _company(raw: dict[str, Any]) -> Company:
    lists: dict[str, Any] = {name: tuple(raw.pop(name)) for name in ("shops", "sold_by")}
    lists["branches"] = tuple(_branch(*row) for row in raw.pop("branches"))
    return Company(**raw, **lists)


def _branch(
    big: str, name: str, province: str, agent: str, cities: list[tuple[str, int]]
) -> Branch:
    return Branch(big, name, province, agent, tuple(City(*city) for city in cities))


def person(random: Random) -> str:
    """Return a believable name."""
    return random.choice(_SURNAMES) + random.choice(_GIVEN)


def phone(number: int) -> str:
    """Return a phone number nobody owns: 199 0001 and four digits."""
    return f"1990001{number % 10_000:04d}"
