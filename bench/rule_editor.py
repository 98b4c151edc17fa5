"""Measures the worked example of the rule editor: one request through all layers, nothing saved."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.figures import Figure, at_most, figure, median, needs, percentile, print_figures  # noqa: E402 - finds packages first
from bench.product import product  # noqa: E402 - as above

REQUESTS = 40
CITIES = 240  # a row for each city of a large company
FORM = "application/x-www-form-urlencoded"  # as the page sends it
COEFFICIENT = "o:0:coef_bp"  # of the first row of the tier table
TEMPLATES = ROOT / "templates" / "settlement" / "rulebook"


def with_cities(body: dict[str, Any]) -> dict[str, Any]:
    """Return the contract with a tier table of one row per city before its own rows."""
    own = body["tables"]["tier"]
    rows = [
        {
            "id": f"X-{n}", "label": f"X {n}", "when": {"city_level": [f"X{n}"]},
            "coef_bp": 10_000 + n, "allowance_fen": 0,
        }
        for n in range(CITIES)
    ]  # fmt: skip
    return body | {"tables": body["tables"] | {"tier": own | {"rows": rows + own["rows"]}}}


class Took(NamedTuple):
    """What one answer took: by the clock, and of the processor, which a busy machine changes less."""

    clock: float
    processor: float


class Editor:
    """A draft that is open at its tier table in a browser of headquarters' finance."""

    def __init__(self, browser: Any, draft: Any) -> None:
        self.browser = browser
        page = f"/settlement/rules/drafts/{draft.pk}/"
        self.address = f"{page}trial/"
        self.typed = fields(browser.get(f"{page}?part=t.tier").content.decode())
        self.number = 0

    def seconds(self) -> Took:
        """Return how long the example takes once another coefficient is typed."""
        self.number += 1
        typed = urlencode({**self.typed, COEFFICIENT: f"{100 + self.number}%"})
        started, busy = perf_counter(), process_time()
        answer = self.browser.post(self.address, typed, content_type=FORM)
        if answer.status_code != 200 or b"x-trial-out" not in answer.content:
            raise SystemExit(f"{self.address} answered {answer.status_code}")
        return Took(perf_counter() - started, process_time() - busy)


def fields(page: str) -> dict[str, str]:
    """Return what the page sends for its example: the open part's form and the example's own."""
    from tinyhtml5 import parse

    found: dict[str, str] = {}
    for form in parse(page, namespace_html_elements=False).iter("form"):
        if form.get("id") not in ("x-form", "x-trial-form"):
            continue
        for each in form.iter("input"):
            if each.get("type") not in ("checkbox", "radio") or "checked" in each.attrib:
                found[each.get("name", "")] = each.get("value", "")
        for each in form.iter("select"):
            options = list(each.iter("option"))
            chosen = next((one for one in options if "selected" in one.attrib), options[0])
            found[each.get("name", "")] = chosen.get("value", "")
    if not found.get("form_shown") or COEFFICIENT not in found:
        raise SystemExit(f"the page has no form with {COEFFICIENT}: {sorted(found)[:40]}")
    return found


def editors() -> tuple[Editor, Editor]:
    """Return the demo contract and the same with a row for every city."""
    from django.db import connection

    from accounts.roles import Role
    from settlement.models import RuleSet
    from settlement.rulebook.drafts import start_draft
    from settlement.services.publishing import PRESETS, read_rules
    from tenants.provisioning import create_tenant
    from tests.browsing import TenantClient
    from tests.cast import Place
    from tests.factories import UserFactory
    from tests.workorders.world import make_world

    tenant = create_tenant(name="editor", slug="editor", admin=None, pack=None)
    connection.set_tenant(tenant)
    browser = TenantClient(Place("editor.localhost", tenant.schema_name))
    browser.force_login(UserFactory(role=Role.FINANCE, unit=make_world().hq))
    body = read_rules(PRESETS / "home_appliances.toml")
    made = []
    for key, rules in (("few", body), ("many", with_cities(body))):
        rule_set = RuleSet.objects.create(key=key, name=key, industry="none")
        made.append(Editor(browser, start_draft(rule_set=rule_set, body=rules, actor=None)))
    return made[0], made[1]


def waits_ms() -> int:
    """Return how long the page waits for the next key before it asks."""
    found = re.search(r"preview delay:(\d+)ms", (TEMPLATES / "_trial.html").read_text("utf-8"))
    if found is None:
        raise SystemExit("templates/settlement/rulebook/_trial.html names no delay")
    return int(found[1])


def figures() -> Iterator[Figure]:
    """Measure both by turns."""
    needs("factory")
    with product():
        from common.garbage import collect_rarely

        few, many = editors()
        collect_rarely()  # as config/wsgi.py does for the web server
        pairs = [(few.seconds(), many.seconds()) for _n in range(REQUESTS + 3)][3:]
        small, large = [one for one, _other in pairs], [other for _one, other in pairs]
        wait = waits_ms()
        rows = f"worked example beside a table of {CITIES} more rows"
        for by, name in (("clock", ""), ("processor", ", processor's time")):
            first, second = ([getattr(each, by) * 1000 for each in some] for some in (small, large))
            yield figure(f"worked example of the demo contract{name}, p50", median(first), "ms")
            yield figure(f"{rows}{name}, p50", median(second), "ms", median(first))
            slow = percentile(second, 0.95)
            yield figure(f"{rows}{name}, p95", slow, "ms")
            aim = at_most(300) if by == "clock" else None
            yield figure(f"{rows}{name}, with the page's wait, p95", slow + wait, "ms", aim=aim)


if __name__ == "__main__":
    print_figures(__doc__, figures)
