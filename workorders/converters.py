"""What may stand in a URL for a work order's number."""

from __future__ import annotations


class OrderNumberConverter:
    """Letters, digits and dashes: everything else, such as a zero byte, is no address of ours."""

    regex = "[A-Za-z0-9-]{1,24}"

    def to_python(self, value: str) -> str:
        """Return the number as it was written."""
        return value

    def to_url(self, value: str) -> str:
        """Return the number as it is."""
        return value
