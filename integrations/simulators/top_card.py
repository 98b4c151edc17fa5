"""What is known of one simulated Tmall work card beside its order."""

from dataclasses import dataclass, field

from integrations.simulators.world import Line, Order


@dataclass(slots=True)
class Card:
    """What has been done about one card; `completed` maps sequences to counts."""

    order: Order
    line: Line
    reserved: bool = False
    signed_in: bool = False
    identified: bool = False
    completed: dict[int, int] = field(default_factory=dict)

    @property
    def card_id(self) -> str:
        """Its number."""
        return str(int(self.line.line_id) % 10_000_000)

    @property
    def code(self) -> str:
        """The code that its buyer tells the installer."""
        return f"{int(self.line.line_id) * 7919 % 1_000_000:06d}"

    @property
    def is_revoked(self) -> bool:
        """Whether the buyer got the money back."""
        return self.order.status == "closed" or self.line.refund == "refunded"

    @property
    def used(self) -> int:
        """How much of the service was done."""
        return sum(self.completed.values())
