"""Troubles that can be ordered in advance: the next calls of a scope meet them."""

from dataclasses import dataclass

# no_total: a list that only says whether there is more ·
# limit, limit_business, ban: called too often · isp: the service behind the gateway is away ·
# http500, half_json, kill, troubles of the line · failed_list: an error that still carries an
# empty list · lost: done, but the answer is lost (WeChat Pay) · shift: an order moves between two pages · revoke: the token dies early
KINDS = frozenset(
    {"limit", "limit_business", "ban", "isp", "http500", "half_json", "kill", "lost"}
    | {"failed_list", "shift", "revoke", "redirect", "no_total"}
)


@dataclass(slots=True)
class Fault:
    """`times` calls of `scope` (shop or corp id) whose operation contains `operation`."""

    kind: str
    scope: str
    times: int = 1
    operation: str = ""
    seconds: int = 1


class FaultBook:
    """The faults still to come."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Order a fault; raises ValueError for a kind that nobody plays."""
        if fault.kind not in KINDS:
            raise ValueError(f"no such fault: {fault.kind}")
        self._faults.append(fault)

    def clear(self) -> None:
        """Call off all faults."""
        self._faults.clear()

    def pending(self) -> list[Fault]:
        """What is still to come."""
        return [fault for fault in self._faults if fault.times > 0]

    def take(self, scope: str, operation: str, *kinds: str) -> Fault | None:
        """The next fault for this call, used up by one; None when all is well."""
        for fault in self.pending():
            wanted = fault.kind in kinds and fault.operation in operation
            if wanted and fault.scope in ("", scope):
                fault.times -= 1
                return fault
        return None
