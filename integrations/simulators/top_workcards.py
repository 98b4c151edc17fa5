"""The service methods around simulated Tmall work cards, one card per paid service line."""

import json
from datetime import datetime
from typing import Any

from integrations.errors import MappingError
from integrations.simulators.top_card import Card
from integrations.simulators.top_card_render import no, unknown, workcard, yes
from integrations.simulators.top_checks import wrong_argument
from integrations.simulators.world import Shop, World
from integrations.times import from_china

Form = dict[str, str]


class WorkcardDesk:
    """Answers the service methods; what is refused is refused inside `result`, as by the real one."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._cards: dict[tuple[str, str], Card] = {}

    def cards(self, shop: Shop) -> list[Card]:
        """Every card of a shop, oldest first; one exists from the payment of its line on."""
        return [
            self._cards.setdefault((shop.shop_id, line.line_id), Card(order, line))
            for order in shop.orders.values()
            for line in order.lines
            if order.paid_at is not None and line.serves_line_id
        ]

    def created(self, shop: Shop, start: datetime, end: datetime) -> list[dict[str, Any]]:
        """The cards made in a window, as the wire shows them."""
        found = [card for card in self.cards(shop) if card.order.paid_at is not None]
        return [
            workcard(card)
            for card in found
            if card.order.paid_at is not None and start <= card.order.paid_at <= end
        ]

    def reserve(self, shop: Shop, form: Form) -> dict[str, Any]:
        """tmall.servicecenter.workcard.reserve: an appointment, which may be changed."""
        try:
            names = ("reserve_time_start", "reserve_time_end")
            start, end = (from_china(form.get(name), name) for name in names)
        except MappingError as error:
            raise wrong_argument(error.path, "yyyy-MM-dd HH:mm:ss") from error
        card = self._find(shop, form.get("workcard_id", ""))
        refused = self._refusal(card)
        if refused is None and not start < end:
            refused = no("isv.reserve-time-invalid", "预约时间无效")
        if card is None or refused is not None:
            return refused or unknown()
        card.reserved = True
        return yes()

    def sign_in(self, shop: Shop, form: Form) -> dict[str, Any]:
        """tmall.servicecenter.workcard.signin: the installer is there."""
        card = self._find(shop, form.get("workcard_id", ""))
        refused = self._refusal(card)
        if card is None or refused is not None:
            return refused or unknown()
        if not card.reserved:
            return no("isv.workcard-not-reserved", "工单未预约")
        card.signed_in = True
        return yes()

    def identify(self, shop: Shop, form: Form) -> dict[str, Any]:
        """tmall.workcard.identify: the buyer's code."""
        try:
            asked = json.loads(form.get("verify_request", ""))
        except ValueError as error:
            raise wrong_argument("verify_request", "不是 JSON") from error
        if not isinstance(asked, dict):
            raise wrong_argument("verify_request", "不是对象")
        card = self._find(shop, str(asked.get("workcard_id", "")))
        refused = self._refusal(card)
        if card is None or refused is not None:
            return refused or unknown()
        if str(asked.get("code", "")) != card.code:
            return no("isv.identify-code-error", "核销码错误")
        card.identified = True
        return yes()

    def complete(self, shop: Shop, form: Form) -> dict[str, Any]:
        """tmall.servicecenter.workcard.complete: the same sequence again counts once."""
        count, sequence = form.get("complete_count", ""), form.get("sequence", "")
        if not (count.isdecimal() and sequence.isdecimal() and len(count + sequence) <= 12):
            raise wrong_argument("complete_count", "正整数")
        card = self._find(shop, form.get("workcard_id", ""))
        refused = self._refusal(card)
        if card is None or refused is not None:
            return refused or unknown()
        if int(sequence) in card.completed:
            return yes()
        if not (card.signed_in and card.identified):
            return no("isv.workcard-not-verified", "未签到或未核销")
        if int(sequence) != len(card.completed) + 1:
            return no("isv.sequence-invalid", "序号已变，请重新查询")
        if not 1 <= int(count) <= card.line.quantity - card.used:
            return no("isv.complete-count-invalid", "完工数量超出")
        card.completed[int(sequence)] = int(count)
        return yes()

    def _find(self, shop: Shop, card_id: str) -> Card | None:
        return next((card for card in self.cards(shop) if card.card_id == card_id), None)

    def _refusal(self, card: Card | None) -> dict[str, Any] | None:
        if card is None:
            return unknown()
        return no("isv.workcard-cancelled", "工单已取消") if card.is_revoked else None
