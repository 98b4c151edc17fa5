import datetime
import ssl
import threading

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from integrations.egress import PinnedTransport


@pytest.fixture
def shop(tmp_path):
    """A TLS server certified for shop.example; its port and a context that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (tmp_path / "cert.pem").write_bytes(pem)
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    app = Request.application(lambda request: Response(request.host))
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=served)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port, ssl.create_default_context(cadata=pem.decode())
    server.shutdown()
    thread.join()
    server.server_close()


def ask(host: str, port: int, trust: ssl.SSLContext | None) -> str:
    transport = PinnedTransport(
        allow=frozenset({(host, port)}), resolve=lambda name, number: ["127.0.0.1"], trust=trust
    )
    try:
        response = transport.handle_request(httpx.Request("GET", f"https://{host}:{port}/"))
        return response.read().decode()
    finally:
        transport.close()


def test_the_pinned_address_is_asked_in_the_name_of_the_platform(shop):
    port, trust = shop
    assert ask("shop.example", port, trust) == f"shop.example:{port}"


def test_a_certificate_for_another_name_is_refused(shop):
    port, trust = shop
    with pytest.raises(httpx.ConnectError, match="certificate"):
        ask("bank.example", port, trust)


def test_a_certificate_nobody_vouches_for_is_refused(shop):
    port, _ = shop
    with pytest.raises(httpx.ConnectError, match="certificate"):
        ask("shop.example", port, None)
