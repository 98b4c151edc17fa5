"""Flat XML from outside, read strictly: no document type, no entities, bounded size."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from integrations.errors import BadBodyError

MAX_BYTES = 256 * 1024


def load_xml(raw: bytes) -> Element:
    """The root element; raises BadBodyError with 400 or 413."""
    if len(raw) > MAX_BYTES:
        raise BadBodyError("xml.too_large", 413)
    try:
        root: Element = fromstring(raw, forbid_dtd=True)
    except DefusedXmlException as error:
        raise BadBodyError("xml.document_type", 400) from error
    except (ParseError, ValueError, LookupError) as error:
        # ValueError and LookupError are encodings that the declaration promises in vain.
        raise BadBodyError("xml.malformed", 400) from error
    return root


def child_text(root: Element, name: str) -> str:
    """Text of a direct child, "" when it is missing or empty."""
    return (root.findtext(name) or "").strip()
