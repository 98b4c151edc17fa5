"""What a phone without a network took for granted, judged when it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import Conflict

if TYPE_CHECKING:
    from workorders.flow import Flow
    from workorders.services.answers import Answers


def check_belief(flow: Flow, here: str, target: str, answers: Answers) -> None:
    """Raise Conflict where an order does not go the way its phone chose by its own answers.

    Somebody may have changed an answer meanwhile, or what only the server knows leads elsewhere: a
    move meant for another stage, or to another one, must not move this order. `here` and `target`
    are the keys of the stages between which it would move.
    """
    if answers.believed and answers.believed != here:
        sentence = _(
            "By the answers on this phone the order went on to “%(believed)s”, but it is in"
            " “%(stage)s”: an answer was changed or not accepted. Open the visit again and go on"
            " from there"
        )
        _refuse(flow, sentence, answers.believed, here)
    if answers.towards and answers.towards != target:
        sentence = _(
            "By the answers on this phone this leads to “%(believed)s”, but by those that are known"
            " to “%(stage)s”: an answer was changed or not accepted. Open the visit again and go on"
            " from there"
        )
        _refuse(flow, sentence, answers.towards, target)


def _refuse(flow: Flow, sentence: str, believed: str, true: str) -> None:
    names = {each.key: each.name for each in flow.stages}
    words = {"believed": names.get(believed, believed), "stage": names[true]}
    raise Conflict("order.went_elsewhere", sentence % words)
