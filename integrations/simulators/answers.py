"""How a simulated platform answers, faults of the line included."""

import json
import socket
from collections.abc import Iterator
from typing import Any

from werkzeug.wrappers import Request, Response

from integrations.simulators.faults import Fault

LINE_FAULTS = ("http500", "half_json", "kill", "redirect")


class AppError(Exception):
    """An error envelope of the platform; the HTTP status stays 200."""

    def __init__(self, envelope: dict[str, Any]) -> None:
        super().__init__(str(envelope))
        self.envelope = envelope


def json_answer(value: Any) -> Response:
    """A JSON answer as the platforms send it: raw UTF-8, HTTP 200."""
    return Response(json.dumps(value, ensure_ascii=False), mimetype="application/json")


def with_line_fault(request: Request, response: Response, fault: Fault | None) -> Response:
    """The answer after a trouble of the line has had its way with it."""
    if fault is None:
        return response
    body = response.get_data()
    if fault.kind == "http500":
        return Response("<html>502 Bad Gateway</html>", status=502, mimetype="text/html")
    if fault.kind == "redirect":
        return Response(status=302, headers={"Location": "http://127.0.0.1:1/"})
    half = body[: len(body) // 2]
    if fault.kind == "half_json":
        return Response(half, mimetype="application/json")
    broken = Response(_cut_off(request, half), mimetype="application/json")
    broken.headers["Content-Length"] = str(len(body))
    return broken


def _cut_off(request: Request, half: bytes) -> Iterator[bytes]:
    yield half
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("cut off in the middle of an answer, as ordered")
