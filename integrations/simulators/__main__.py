"""Simulated Youzan, Tmall and WeCom servers with a control page, in one process.

    python -m integrations.simulators --port 8899 [--host 127.0.0.1] [--state-dir DIR] [--traffic 90]

Base addresses for connections: http://HOST:PORT/youzan (Youzan), http://HOST:PORT/top/router/rest
(Tmall, Taobao), http://HOST:PORT/wecom (WeCom), http://HOST:PORT/wechatpay (WeChat Pay,
keys in wechatpay.toml). The seeded shops, secrets and products stand in
seed.toml, the receivers in addresses.toml. With --state-dir, or STATE_DIR in
the environment, orders and messages outlive a restart.

The control page is /control/. Its JSON interface, bodies and answers being JSON objects:

    GET  /control/api/shops                         shops with their product codes
    GET  /control/api/shops/SHOP/orders             orders of a shop
    POST /control/api/shops/SHOP/orders             {product, address: {city, district, …}, quantity,
                                                     presale, pay, message}, all optional
    POST /control/api/orders/NUMBER/ACTION          pay deposit ship finish cancel, memo {memo},
                                                     address {city, district, detail, name, phone},
                                                     ask-refund agree-refund {line_id, fee_fen},
                                                     refund {line_id} or everything,
                                                     forge {how: wrong_sign wrong_client odd_spacing}
    POST /control/api/shops/SHOP/callback           {url}: where Youzan pushes go
    POST /control/api/shops/SHOP/bill-slip          {kind: amount fee missing twice foreign, number}:
                                                     a line of the shop's bill comes out wrong
    POST /control/api/corps/CORP/callback           {url, check}: where WeCom events go
    GET  /control/api/corps/CORP/messages           what members received
    POST /control/api/corps/CORP/press              {message_id, user, key, times}: press a button
    GET, POST         /control/api/merchants/MCH/payments  {amount_fen, hours_ago}: paid by code
    POST /control/api/merchants/MCH/faults          {account, reason}: its shares come back
    GET, POST         /control/api/clock            {advance_s}
    GET, POST, DELETE /control/api/faults           {kind, scope, times, operation, seconds}
    GET, POST         /control/api/pushes           {mode: duplicate reversed late, seconds}; delivers
    GET, POST         /control/api/traffic          {every_s}: an order every so often, 0 for none
    GET  /control/api/log                           last calls, parameters nobody knows

A wish that names nothing known is answered 404, one that its order's state forbids 409.
"""

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from werkzeug.serving import make_server

from integrations.simulators.app import make_app
from integrations.simulators.platforms import Platforms, make_platforms

_TICK_S = 0.5


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="integrations.simulators")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8899)
    parser.add_argument("--state-dir", type=Path, default=os.environ.get("STATE_DIR"))
    parser.add_argument(
        "--traffic", type=int, default=90, help="seconds between orders, 0 for none"
    )
    wanted = parser.parse_args(arguments)
    platforms = make_platforms(state_dir=wanted.state_dir)
    platforms.traffic.every_s = wanted.traffic
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    try:
        server = make_server(wanted.host, wanted.port, make_app(platforms), threaded=True)
    except SystemExit:
        # Werkzeug explains a taken port on stderr and leaves; the code is the supervisor's.
        return 1
    # A process started in the background of a script inherits a deaf ear for the interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    stop = threading.Event()
    ticker = threading.Thread(target=_tick, args=(platforms, stop), daemon=True)
    ticker.start()
    sys.stdout.write(f"Simulators on http://{wanted.host}:{wanted.port}/control/\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        ticker.join(timeout=5)
        if platforms.snapshot is not None:
            platforms.snapshot.save()
    return 0


def _tick(platforms: Platforms, stop: threading.Event) -> None:
    while not stop.wait(_TICK_S):
        try:
            platforms.tick()
        except Exception:
            # One receiver's odd answer must not end the deliveries to all the others.
            logging.getLogger(__name__).exception("a tick of the simulators failed")


if __name__ == "__main__":
    raise SystemExit(main())
