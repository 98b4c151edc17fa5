"""The three answer envelopes of Youzan and what each error code means for a caller."""

from typing import Any

from integrations.errors import Kind, PlatformError
from integrations.strict_json import JsonObject, load_object

# Codes as listed in the gateway's public error table; every one arrives with HTTP 200.
TOKEN_DEAD = frozenset({"4202", "4203"})
_LIMITS = frozenset({"4101", "500100004", "123000042"})
_RETRY = frozenset({"5002", "10500"})
_AUTH = frozenset({"4201", "4202", "4203", "4204", "1000", "1103", "1105"})
_REFUSED = frozenset(
    {"4001", "4004", "4005", "4007", "5001", "5000", "1004", "1005", "106000004", "53002"}
    | {"103011024", "103010052", "103010054", "103010039", "102010002"}
)

# A list may be longer than our ordinary bound for a push; the client already stops at 10 MB.
_MAX_ANSWER_BYTES = 10 * 1024 * 1024


def read_api_answer(raw: bytes) -> Any:
    """The `data` (or old `response`) of an API answer; raises PlatformError.

    A failed list call may still carry an empty list, so success is read from the envelope,
    never from the presence of data.
    """
    answer = load_object(raw, max_bytes=_MAX_ANSWER_BYTES).value
    for name, code_key, text_key in (
        ("gw_err_resp", "err_code", "err_msg"),
        ("error_response", "code", "msg"),
    ):
        if isinstance(answer.get(name), dict):
            error = answer[name]
            raise platform_error(error.get(code_key), error.get(text_key))
    if "response" in answer:
        return answer["response"]
    return _data(answer)


def read_token_answer(raw: bytes) -> JsonObject:
    """The `data` of the token endpoint; raises PlatformError."""
    token = _data(load_object(raw).value)
    if not isinstance(token, dict):
        raise PlatformError("token.malformed", "the token answer has no data", Kind.UNKNOWN)
    return token


def platform_error(code: object, message: object) -> PlatformError:
    """The error for one of Youzan's codes."""
    text = str(code)
    return PlatformError(text, str(message or ""), _kind(text))


def _data(answer: JsonObject) -> Any:
    # Some answers write the code as text; success and code must agree.
    if answer.get("success") is True and str(answer.get("code", 200)) == "200":
        return answer.get("data")
    raise platform_error(answer.get("code", "missing"), answer.get("message", answer.get("msg")))


def _kind(code: str) -> Kind:
    for codes, kind in (
        (_LIMITS, Kind.LIMIT),
        (_RETRY, Kind.RETRY),
        (_AUTH, Kind.AUTH),
        (_REFUSED, Kind.REFUSED),
    ):
        if code in codes:
            return kind
    return Kind.UNKNOWN
