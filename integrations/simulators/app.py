"""All simulated platforms and their control page as one WSGI application."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from integrations.simulators.control import Control
from integrations.simulators.control_json import ControlJson
from integrations.simulators.control_page import ControlPage
from integrations.simulators.platforms import Platforms

Endpoint = Callable[..., Response]


def make_app(platforms: Platforms) -> "SimulatorApp":
    """The application around these platforms."""
    return SimulatorApp(platforms)


class SimulatorApp:
    """Routes a request to its platform; unknown addresses are the plain 404 of a web server."""

    def __init__(self, platforms: Platforms) -> None:
        control = Control(platforms)
        page, api = ControlPage(control), ControlJson(control)
        youzan, top, wecom = platforms.youzan, platforms.top, platforms.wecom
        self._rules = Map(
            [
                _rule("/youzan/auth/token", youzan.token, "POST"),
                _rule("/youzan/api/<name>", youzan.api),
                _rule("/youzan/api/<name>/<version>", youzan.api),
                _rule("/top/router/rest", top.rest),
                _rule("/wecom/cgi-bin/gettoken", wecom.gettoken),
                _rule("/wecom/cgi-bin/message/send", wecom.send, "POST"),
                _rule("/wechatpay/v3/<path:path>", platforms.wechatpay.call),
                _rule("/", page.show, "GET"),
                _rule("/control/", page.show, "GET"),
                _rule("/control/", page.act, "POST"),
                _rule("/control/style.css", _style, "GET"),
                _rule("/control/api/shops", api.shops, "GET"),
                _rule("/control/api/shops/<shop_id>/orders", api.orders, "GET", "POST"),
                _rule("/control/api/shops/<shop_id>/callback", api.shop_callback, "POST"),
                _rule("/control/api/shops/<shop_id>/bill-slip", api.bill_slip, "POST"),
                _rule("/control/api/orders/<number>/<action>", api.order, "POST"),
                _rule("/control/api/corps/<corp_id>/callback", api.corp_callback, "POST"),
                _rule("/control/api/corps/<corp_id>/messages", api.corp_messages, "GET"),
                _rule("/control/api/corps/<corp_id>/press", api.corp_press, "POST"),
                _rule("/control/api/merchants/<mch_id>/payments", api.payments, "GET", "POST"),
                _rule("/control/api/merchants/<mch_id>/faults", api.account_faults, "POST"),
                _rule("/control/api/clock", api.clock, "GET", "POST"),
                _rule("/control/api/faults", api.faults, "GET", "POST", "DELETE"),
                _rule("/control/api/pushes", api.pushes, "GET", "POST"),
                _rule("/control/api/traffic", api.traffic, "GET", "POST"),
                _rule("/control/api/log", api.log, "GET"),
                _rule("/healthz", _healthy, "GET"),
            ]
        )

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        request = Request(environ)
        try:
            endpoint, arguments = self._rules.bind_to_environ(environ).match()
            response: Response = endpoint(request, **arguments)
        except HTTPException as error:
            return error(environ, start_response)
        return response(environ, start_response)


def _rule(path: str, endpoint: Endpoint, *methods: str) -> Rule:
    return Rule(path, endpoint=endpoint, methods=list(methods) or None)


def _style(request: Request) -> Response:
    css = (Path(__file__).parent / "control.css").read_text(encoding="utf-8")
    return Response(css, mimetype="text/css")


def _healthy(request: Request) -> Response:
    return Response("ok", mimetype="text/plain")
