import json

import pytest

from integrations.errors import BadBodyError
from integrations.strict_json import MAX_BYTES, MAX_DEPTH, load_object
from integrations.strict_xml import load_xml


def nested(levels: int) -> bytes:
    return b'{"a":' + b"[" * levels + b"]" * levels + b"}"


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (b'{"n":' + b"9" * 5000 + b"}", "json.number_too_long", 400),
        (nested(200_000), "json.too_deep", 400),
        (nested(MAX_DEPTH), "json.too_deep", 400),
        (b"", "json.empty", 400),
        (b" \n", "json.empty", 400),
        (b'{"a":"\xff"}', "json.not_utf8", 400),
        (b'\xef\xbb\xbf{"a":1}', "json.malformed", 400),
        (b'{"amount":NaN}', "json.not_finite", 422),
        (b'{"amount":-Infinity}', "json.not_finite", 422),
        (b'{"amount":1e400}', "json.not_finite", 422),
        (b'{"a":1,"a":2}', "json.duplicate_key", 400),
        (b'{"o":{"a":1,"a":1}}', "json.duplicate_key", 400),
        (b'{"a":"' + b"x" * MAX_BYTES + b'"}', "json.too_large", 413),
        (b"[]", "json.not_an_object", 400),
        (b'"text"', "json.not_an_object", 400),
        (b'{"a":"\\ud800"}', "json.lone_surrogate", 400),
        (b'{"\\udfff":1}', "json.lone_surrogate", 400),
        (b'{"a":', "json.malformed", 400),
        (b"{'a':1}", "json.malformed", 400),
    ],
)
def test_a_body_that_is_no_sound_json_object_is_refused_with_its_status(body, code, status):
    with pytest.raises(BadBodyError) as refused:
        load_object(body)
    assert (refused.value.code, refused.value.status) == (code, status)


def test_u0000_is_removed_everywhere_and_reported():
    loaded = load_object(b'{"a\\u0000":["x\\u0000y",{"b":"\\u0000"}]}')
    assert loaded.value == {"a": ["xy", {"b": ""}]}
    assert loaded.cleaned


def test_an_ordinary_body_comes_through_unchanged():
    value = {
        "tid": 4_100_000_000_000_000_001,
        "text": "送 + 装 & 100%🔧",
        "list": [1, None, True, {}],
    }
    loaded = load_object(json.dumps(value).encode())
    assert (loaded.value, loaded.cleaned) == (value, False)


def test_nesting_up_to_the_limit_is_read():
    assert load_object(nested(MAX_DEPTH - 1)).value


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (b'<!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>', "xml.document_type", 400),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "xml.document_type", 400),
        (b"<x>", "xml.malformed", 400),
        (b"", "xml.malformed", 400),
        (b'<?xml version="1.0" encoding="no-such"?><x/>', "xml.malformed", 400),
        (b"<x>" + b" " * 300_000 + b"</x>", "xml.too_large", 413),
    ],
)
def test_xml_with_a_document_type_or_a_fault_is_refused(body, code, status):
    with pytest.raises(BadBodyError) as refused:
        load_xml(body)
    assert (refused.value.code, refused.value.status) == (code, status)
