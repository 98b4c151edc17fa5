"""Where the facts of a line come from is said with the company's names, not with its codes."""

from __future__ import annotations

from typing import Any

from settlement.engine.facts import JobFacts
from settlement.engine.result import Line
from settlement.engine.sources import sources


def said(because: dict[str, Any], facts: JobFacts, names: Any) -> list[str]:
    line = Line(1, "X", "installer", "X", None, None, None, 0, because)
    return list(sources(line, facts, str, names))


def test_a_code_of_the_company_is_called_by_its_name() -> None:
    because = {"how": "price", "facts": {"city_level": "NT1", "channel": "youzan"}}
    facts = JobFacts(city_level="NT1", channel="youzan")
    assert said(
        because, facts, {"city_level": {"NT1": "新一线"}, "channel": {"youzan": "有赞"}}
    ) == [
        "Source of city level 新一线: settings of the region",
        "Source of sales channel 有赞: order of the shop",
    ]


def test_a_code_nobody_named_and_what_is_measured_stay_as_they_are() -> None:
    because = {"how": "steps", "fact": "distance_m", "facts": {"city_level": "T9"}}
    facts = JobFacts(city_level="T9", distance_m=12_500)
    assert said(because, facts, {"city_level": {"NT1": "新一线"}, "quantity": {"1": "一"}}) == [
        "Source of city level T9: settings of the region",
        "Source of distance 12.5 km: by road from the outlet to the address",
    ]
