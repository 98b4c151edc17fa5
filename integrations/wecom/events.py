"""What a decrypted WeCom callback says."""

from dataclasses import dataclass
from datetime import datetime

from integrations.strict_xml import child_text, load_xml
from integrations.times import from_epoch_s


@dataclass(frozen=True, slots=True)
class CallbackEvent:
    """One message or event; fields that its kind does not have are empty.

    `dedup_key` is equal for the repetitions WeCom sends when it was not answered within 5 s.
    A pressed card button has event "template_card_event", its button in `event_key`, our own
    reference in `task_id` and the once-only `response_code` for changing the card.
    """

    corp_id: str
    from_user: str
    created_at: datetime
    message_type: str
    event: str
    event_key: str
    task_id: str
    card_type: str
    response_code: str
    agent_id: str
    content: str
    dedup_key: str


def read_event(inner_xml: bytes) -> CallbackEvent:
    """Read the opened message; raises BadBodyError or MappingError."""
    root = load_xml(inner_xml)
    message_id = child_text(root, "MsgId")
    from_user, event = child_text(root, "FromUserName"), child_text(root, "Event")
    event_key, created = child_text(root, "EventKey"), child_text(root, "CreateTime")
    task_id = child_text(root, "TaskId")
    return CallbackEvent(
        corp_id=child_text(root, "ToUserName"),
        from_user=from_user,
        created_at=from_epoch_s(created, "CreateTime"),
        message_type=child_text(root, "MsgType"),
        event=event,
        event_key=event_key,
        task_id=task_id,
        card_type=child_text(root, "CardType"),
        response_code=child_text(root, "ResponseCode"),
        agent_id=child_text(root, "AgentID"),
        content=child_text(root, "Content"),
        dedup_key=message_id or ":".join((from_user, created, event, event_key, task_id)),
    )
