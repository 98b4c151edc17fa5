"""Typed reading of single fields out of platform JSON, with the field's path in every refusal."""

from integrations.errors import MappingError
from integrations.strict_json import JsonObject


def text(source: JsonObject, name: str) -> str:
    """The field as stripped text, "" when it is missing; numbers and objects are refused."""
    value = source.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise MappingError(name, "text.not_text", value)
    return value.strip()


def id_text(source: JsonObject, *names: str) -> str:
    """The first of these ids that is present, as text.

    Ids have 18-19 digits: a binary fraction has already lost some of them and is refused.
    """
    for name in names:
        value = source.get(name)
        if value is None or value == "":
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise MappingError(name, "id.not_text", value)
        return str(value).strip()
    return ""


def needed_id(source: JsonObject, *names: str) -> str:
    """The same for an id without which the payload means nothing."""
    found = id_text(source, *names)
    if not found:
        raise MappingError(names[0], "id.missing")
    return found


def part(source: JsonObject, name: str) -> JsonObject:
    """The nested object, empty when it is missing."""
    value = source.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MappingError(name, "object.not_an_object", value)
    return value


def rows(source: JsonObject, name: str, element: str = "") -> list[JsonObject]:
    """The nested list of objects, flat or wrapped by its element name, empty when missing."""
    value = source.get(name)
    if isinstance(value, dict) and element:
        value = value.get(element)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise MappingError(name, "list.not_objects", value)
    return value


def quantity(source: JsonObject, name: str) -> int:
    """A count of pieces, as number or digits, from 0 to 9999."""
    value = source.get(name)
    if isinstance(value, str) and value.isdecimal() and len(value) < 10:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 9999:
        raise MappingError(name, "quantity.malformed", value)
    return value


def code(source: JsonObject, name: str) -> int:
    """A small enumeration number, sent as number or digits, 0 when missing."""
    value = source.get(name)
    if value is None or value == "":
        return 0
    if isinstance(value, str) and value.isdecimal() and len(value) < 10:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise MappingError(name, "code.malformed", value)
    return value
