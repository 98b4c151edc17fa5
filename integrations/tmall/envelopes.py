"""The answer envelopes of the TOP gateway and what each error code means for a caller."""

import re

from integrations.errors import Kind, PlatformError
from integrations.fields import part
from integrations.strict_json import JsonObject, load_object

_MAX_ANSWER_BYTES = 10 * 1024 * 1024

# Gateway codes of the public error table. 15 is the service behind the gateway, whose sub_code
# says whose fault it was: isp.* is theirs and passes, isv.* is ours and stays.
_LIMITS = frozenset({4, 5, 6, 7, 8})
_RETRY = frozenset({9, 10})
_AUTH = frozenset({11, 12, 13, 24, 25, 26, 27, 28, 29})
_REFUSED = frozenset({21, 22, 23, 30, 31, 32, 33, 34, 40, 41, 42, 43})
_BAN_SECONDS = re.compile(r"ban will last for (\d{1,6}) more second")


def response_root(method: str) -> str:
    """The JSON root of a method's answer: taobao.trade.get -> trade_get_response."""
    return method.removeprefix("taobao.").replace(".", "_") + "_response"


def read_answer(raw: bytes, method: str) -> JsonObject:
    """The object under the method's root; raises PlatformError for an error envelope.

    Service methods have a second one inside, whose own success flag decides.
    """
    answer = load_object(raw, max_bytes=_MAX_ANSWER_BYTES).value
    if "error_response" in answer:
        raise platform_error(part(answer, "error_response"))
    root = answer.get(response_root(method))
    if not isinstance(root, dict):
        raise PlatformError("answer.malformed", f"no {response_root(method)}", Kind.UNKNOWN)
    if "result" in root:
        _check_result(part(root, "result"))
    return root


def _check_result(result: JsonObject) -> None:
    if result.get("success") is True:
        return
    code = str(result.get("msg_code") or result.get("error_code") or "missing")
    message = str(result.get("display_msg") or result.get("msg_info") or result.get("error_msg"))
    raise PlatformError(code, message, _kind_of_sub_code(code))


def platform_error(error: JsonObject) -> PlatformError:
    """The error for an error_response; the sub code is the more telling one where present."""
    code = error.get("code")
    sub_code, sub_message = str(error.get("sub_code") or ""), str(error.get("sub_msg") or "")
    kind = _kind(code if isinstance(code, int) else -1, sub_code)
    ban = _BAN_SECONDS.search(sub_message)
    return PlatformError(
        f"{code}/{sub_code}" if sub_code else str(code),
        sub_message or str(error.get("msg") or ""),
        kind,
        retry_after_s=int(ban.group(1)) if ban and kind is Kind.LIMIT else None,
    )


def _kind(code: int, sub_code: str) -> Kind:
    if code in _LIMITS or sub_code.startswith("accesscontrol.limited-by"):
        return Kind.LIMIT
    for codes, kind in ((_RETRY, Kind.RETRY), (_AUTH, Kind.AUTH), (_REFUSED, Kind.REFUSED)):
        if code in codes:
            return kind
    return _kind_of_sub_code(sub_code)


def _kind_of_sub_code(sub_code: str) -> Kind:
    if sub_code.startswith("isp."):
        return Kind.RETRY
    return Kind.REFUSED if sub_code.startswith("isv.") else Kind.UNKNOWN
