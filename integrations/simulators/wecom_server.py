"""The simulated WeCom: tokens per secret, messages to members."""

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from integrations.simulators.answers import LINE_FAULTS, AppError, json_answer, with_line_fault
from integrations.simulators.world import Corp, SentMessage, World

_LIFETIME_S = 7200
_PER_MINUTE = 30
_TYPES = frozenset({"text", "textcard", "markdown", "template_card"})
_TASK_ID = re.compile(r"[0-9A-Za-z_@-]{1,128}")
_BUTTON_CARDS = frozenset({"button_interaction", "vote_interaction", "multiple_interaction"})


@dataclass(slots=True)
class WecomServer:
    """Answers /wecom/cgi-bin/…"""

    world: World
    _tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _owners: dict[str, str] = field(default_factory=dict)
    _sent: dict[tuple[str, str], tuple[datetime, dict[str, Any]]] = field(default_factory=dict)

    def gettoken(self, request: Request) -> Response:
        """GET /cgi-bin/gettoken."""
        return self._answer(request, "gettoken", self._gettoken)

    def send(self, request: Request) -> Response:
        """POST /cgi-bin/message/send."""
        return self._answer(request, "message/send", self._send)

    def revoke(self, corp: Corp) -> None:
        """Let the corp's token die before its time."""
        self._tokens.pop(corp.corp_id, None)

    def _answer(
        self, request: Request, name: str, handle: Callable[[Request], dict[str, Any]]
    ) -> Response:
        with self.world.lock:
            self.world.note_call(f"企业微信 {name}")
            try:
                envelope = {"errcode": 0, "errmsg": "ok", **handle(request)}
            except AppError as error:
                envelope = error.envelope
            owner = self._owners.get(request.args.get("access_token", ""), "")
            scope = request.args.get("corpid", owner)
            fault = self.world.faults.take(scope, name, *LINE_FAULTS)
            return with_line_fault(request, json_answer(envelope), fault)

    def _gettoken(self, request: Request) -> dict[str, Any]:
        corp = self.world.corps.get(request.args.get("corpid", ""))
        if corp is None:
            raise _error(40013, "invalid corpid")
        if request.args.get("corpsecret") != corp.secret:
            raise _error(40001, "invalid credential")
        now = self.world.clock.now()
        kept = self._tokens.get(corp.corp_id)
        if kept is None or kept[1] <= now:
            kept = (secrets.token_urlsafe(48), now + timedelta(seconds=_LIFETIME_S))
            self._tokens[corp.corp_id] = kept
            self._owners[kept[0]] = corp.corp_id
        left_s = int((kept[1] - now).total_seconds())
        return {"access_token": kept[0], "expires_in": left_s}

    def _corp(self, request: Request, name: str) -> Corp:
        token = request.args.get("access_token", "")
        if not token:
            raise _error(41001, "access_token missing")
        corp_id = self._owners.get(token)
        if corp_id is None:
            raise _error(40014, "invalid access_token")
        corp = self.world.corps[corp_id]
        if self.world.faults.take(corp_id, name, "revoke"):
            self.revoke(corp)
        kept = self._tokens.get(corp_id)
        if kept is None or kept[0] != token:
            raise _error(40014, "invalid access_token")
        if kept[1] <= self.world.clock.now():
            raise _error(42001, "access_token expired")
        if self.world.faults.take(corp_id, name, "limit", "ban", "limit_business"):
            raise _error(45009, "api freq out of limit")
        if self.world.faults.take(corp_id, name, "isp"):
            raise _error(-1, "system busy")
        return corp

    def _send(self, request: Request) -> dict[str, Any]:
        corp = self._corp(request, "message/send")
        message = _message(request, corp)
        wanted = [user for user in str(message.get("touser", "")).split("|") if user]
        if not wanted:
            raise _error(41048, "no receiver")
        known = [user for user in wanted if corp.accepts_any_user or user in corp.users]
        unknown = [user for user in wanted if user not in known]
        if not known:
            raise _error(81013, "user & party & tag all invalid")
        repeated = self._repeated(corp, message)
        if repeated is not None:
            return repeated
        answer = self._deliver(corp, message, known)
        if unknown:
            answer["invaliduser"] = "|".join(unknown)
        key = (corp.corp_id, json.dumps(message, sort_keys=True))
        self._sent[key] = (self.world.clock.now(), answer)
        return answer

    def _repeated(self, corp: Corp, message: dict[str, Any]) -> dict[str, Any] | None:
        if message.get("enable_duplicate_check") != 1:
            return None
        before = self._sent.get((corp.corp_id, json.dumps(message, sort_keys=True)))
        window = timedelta(seconds=int(message.get("duplicate_check_interval", 1800)))
        if before is None or self.world.clock.now() - before[0] > window:
            return None
        return before[1]

    def _deliver(self, corp: Corp, message: dict[str, Any], users: list[str]) -> dict[str, Any]:
        kind = str(message["msgtype"])
        message_id = f"MSG{self.world.next_number():012d}"
        has_buttons = message[kind].get("card_type") in _BUTTON_CARDS
        response_code = secrets.token_hex(12) if has_buttons else ""
        now = self.world.clock.now()
        for user in users:
            if self._in_last_minute(corp, user) >= _PER_MINUTE:
                continue  # the real one drops the excess without a word
            corp.messages.append(
                SentMessage(message_id, user, kind, message[kind], now, response_code)
            )
        answer = {"msgid": message_id}
        return {**answer, "response_code": response_code} if response_code else answer

    def _in_last_minute(self, corp: Corp, user: str) -> int:
        since = self.world.clock.now() - timedelta(minutes=1)
        return sum(sent.to_user == user and sent.sent_at > since for sent in corp.messages)


def _message(request: Request, corp: Corp) -> dict[str, Any]:
    try:
        message = json.loads(request.get_data())
    except ValueError as error:
        raise _error(47001, "data format error") from error
    if not isinstance(message, dict):
        raise _error(47001, "data format error")
    kind = message.get("msgtype")
    if kind not in _TYPES or not isinstance(message.get(kind), dict):
        raise _error(40008, "invalid message type")
    if message.get("agentid") != corp.agent_id:
        raise _error(301002, "not allow operate another agent with this accesstoken")
    if kind == "textcard":
        _check_textcard(message[kind])
    if kind == "template_card" and message[kind].get("card_type") in _BUTTON_CARDS:
        _check_button_card(message[kind])
    return message


def _check_textcard(card: dict[str, Any]) -> None:
    if not all(card.get(name) for name in ("title", "description", "url")):
        raise _error(40058, "invalid argument")
    if len(card["title"]) > 128 or len(card["description"].encode()) > 512:
        raise _error(40058, "argument too long")


def _check_button_card(card: dict[str, Any]) -> None:
    buttons = card.get("button_list")
    if not _TASK_ID.fullmatch(str(card.get("task_id", ""))):
        raise _error(40058, "invalid task_id")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 6:
        raise _error(40058, "one to six buttons")
    if any(
        not b.get("text") or not (b.get("url") if b.get("type") == 1 else b.get("key"))
        for b in buttons
    ):
        raise _error(40058, "a button needs a text and a key or an address")
    if not card.get("main_title", {}).get("title"):
        raise _error(40058, "a card needs a title")


def _error(code: int, message: str) -> AppError:
    return AppError({"errcode": code, "errmsg": f"{message}, hint: [sim]"})
