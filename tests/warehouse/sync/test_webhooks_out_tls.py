"""TLS of outgoing webhooks: the connection goes to the checked address, the certificate must be the name's."""

import base64
import datetime as dt
import http.server
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from warehouse.settings import Settings
from warehouse.sync.notify_config import Endpoint
from warehouse.sync.push import Message, MessageKind, ReceiptState
from warehouse.sync.webhooks_out import WebhookPusher

_NAME = "hooks.example.com"


def _certificate(folder: Path) -> Path:
    """A certificate of its own for the name, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, _NAME)])
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=3))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(_NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "hooks.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[tuple[int, Path, list[str]]]:
    """A TLS server on loopback with the name's certificate: its port, the certificate, and the Host headers it got."""
    hosts: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            hosts.append(self.headers["host"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    path = _certificate(tmp_path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server.server_port, path, hosts
    server.shutdown()
    server.server_close()
    thread.join()


def _push(records: Settings, name: str, port: int, trusted: Path) -> ReceiptState:
    context = ssl.create_default_context(cafile=str(trusted))
    pusher = WebhookPusher(
        settings=records,
        endpoint=Endpoint(
            name="payroll", url=f"https://{name}:{port}/in", secrets=("env:HOOK",), allow_addresses=("127.0.0.0/8",)
        ),
        resolve=lambda *_: [str(ipaddress.ip_address("127.0.0.1"))],
        tls=context,
    )
    message = Message(outbox_id=1, target="webhook:payroll", kind=MessageKind.WEBHOOK, subject=None, payload={})
    return pusher.push([message])[0].state


@pytest.mark.parametrize(("name", "state"), [(_NAME, "sent"), ("other.example.com", "failed")])
def test_the_certificate_must_be_the_names_and_not_the_addresses(
    records: Settings, endpoint: tuple[int, Path, list[str]], monkeypatch: pytest.MonkeyPatch, name: str, state: str
) -> None:
    port, certificate, hosts = endpoint
    monkeypatch.setenv("HOOK", "whsec_" + base64.b64encode(b"n" * 32).decode())

    pushed = _push(records, name, port, certificate)

    assert pushed == state
    assert hosts == ([f"{_NAME}:{port}"] if state == "sent" else [])
