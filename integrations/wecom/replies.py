"""What WeCom is answered when a button of a card was pressed."""

from datetime import datetime
from xml.sax.saxutils import escape

from integrations.wecom.events import CallbackEvent


def button_reply(event: CallbackEvent, text: str, *, now: datetime) -> str:
    """The inner XML that writes `text` over the pressed button of the member's card."""
    return (
        f"<xml><ToUserName>{escape(event.from_user)}</ToUserName>"
        f"<FromUserName>{escape(event.corp_id)}</FromUserName>"
        f"<CreateTime>{int(now.timestamp())}</CreateTime>"
        "<MsgType>update_button</MsgType>"
        f"<Button><ReplaceName>{escape(text)}</ReplaceName></Button></xml>"
    )
