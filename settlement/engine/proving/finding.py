"""What a check found in a rule body."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

FAULT, GAP, WARNING, NOTICE = "fault", "gap", "warning", "notice"
"""Faults forbid publishing; gaps are cases in which a component gives nothing, which an approver
confirms one by one; warnings are doubtful; notices are only worth knowing."""


class Finding(NamedTuple):
    """One finding: its level, where, what, and a counter-example of facts."""

    level: str
    path: str
    message: str
    params: Mapping[str, object]
    example: Mapping[str, Any]

    @property
    def fingerprint(self) -> str:
        """A short digest: who confirms a finding confirms this one, with its example."""
        said = [self.path, self.message, dict(self.params), dict(self.example)]
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def __str__(self) -> str:
        return f"{self.path}: {self.message % self.params}"
