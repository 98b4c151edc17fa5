"""Whether two rule bodies plan differently when money comes: milestones, their shares and days."""

from collections.abc import Mapping
from typing import Any

from settlement.engine.paths import split
from settlement.engine.regional import own_values


def plans_differ(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Return whether a plan of money by time differs, of headquarters' or of a region's."""
    return _plan(before) != _plan(after)


def _plan(body: Mapping[str, Any]) -> object:
    releases = [each for each in body.get("components", ()) if each.get("kind") == "release"]
    codes = {str(each.get("code")) for each in releases}
    regional = {
        (region, path): value
        for region, values in own_values(body).items()
        for path, value in values.items()
        if codes & set(split(path)) and split(path)[-1] != "label"
    }
    return [_unnamed(each) for each in releases], regional


def _unnamed(part: Any) -> Any:
    """What a part says without the words it is shown with."""
    if isinstance(part, Mapping):
        return {key: _unnamed(value) for key, value in part.items() if key != "label"}
    return [_unnamed(each) for each in part] if isinstance(part, list) else part
