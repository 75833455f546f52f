"""Every way to prove who asks, against a server that checks it; tokens by a jumping clock."""

import base64
import datetime as dt
import json
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import XMLVerifier

from warehouse.sync import secrets
from warehouse.sync.kit import errors
from warehouse.sync.kit.auth import Token, TokenRequest, auth_from
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.kit.saml import SamlBearer

OAUTH = {
    "kind": "oauth2_client_credentials",
    "token_url": "/oauth/token",
    "client_id": "client-1",
    "client_secret": "env:ACME_SECRET",
}


class Server:
    """Gives out numbered tokens and takes the newest; notes what it was asked."""

    def __init__(self, expires_in: object = 3600) -> None:
        self.expires_in, self.given, self.asked, self.seen = expires_in, 0, [], []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            self.asked.append(request)
            self.given += 1
            answer = {"access_token": f"token-{self.given}", "expires_in": self.expires_in, "data": {"t": "deep"}}
            return httpx.Response(200, json=answer)
        self.seen.append(request.headers.get("authorization", request.headers.get("apikey", "")))
        known = self.given == 0 or self.seen[-1] == f"Bearer token-{self.given}"
        return httpx.Response(200 if known else 401, json=[])

    def forget(self) -> None:
        self.given += 1


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_SECRET", "s3cr3t-value")


def client(server: Server, config: dict[str, object], clock: JumpingClock | None = None) -> Client:
    clock = clock or JumpingClock()
    auth = auth_from(config, base_url="https://api.example.com/v1", clock=clock)
    transport = httpx.MockTransport(server)
    return Client(source="acme", base_url="https://api.example.com/v1", auth=auth, transport=transport, clock=clock)


def test_basic_takes_user_and_password() -> None:
    server = Server()

    client(server, {"kind": "basic", "user": "kim", "password": "env:ACME_SECRET"}).get("x")

    assert server.seen == [f"Basic {base64.b64encode(b'kim:s3cr3t-value').decode()}"]


def test_basic_takes_a_token_with_a_blank_password() -> None:
    server = Server()

    client(server, {"kind": "basic", "user": "env:ACME_SECRET"}).get("x")

    assert server.seen == [f"Basic {base64.b64encode(b's3cr3t-value:').decode()}"]


@pytest.mark.parametrize(
    ("config", "sent"),
    [
        ({"kind": "bearer", "token": "env:ACME_SECRET"}, "Bearer s3cr3t-value"),
        ({"kind": "header", "header": "APIKey", "value": "env:ACME_SECRET"}, "s3cr3t-value"),
        ({"kind": "none"}, ""),
    ],
)
def test_a_secret_goes_into_its_header(config: dict[str, object], sent: str) -> None:
    server = Server()

    client(server, config).get("x")

    assert server.seen == [sent]


def test_a_rotated_secret_is_used_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    asking = client(server, {"kind": "bearer", "token": "env:ACME_SECRET"})
    asking.get("x")

    monkeypatch.setenv("ACME_SECRET", "another-value")
    asking.get("x")

    assert server.seen == ["Bearer s3cr3t-value", "Bearer another-value"]


def test_client_credentials_are_sent_once_and_the_token_is_kept() -> None:
    server = Server()
    asking = client(server, OAUTH | {"scope": "read"})

    for _ in range(3):
        asking.get("x")

    fields = {name: values[0] for name, values in parse_qs(server.asked[0].content.decode()).items()}
    given = {"client_id": "client-1", "client_secret": "s3cr3t-value", "scope": "read"}
    assert len(server.asked) == 1
    assert fields == {"grant_type": "client_credentials", **given}


def test_fields_take_other_names_and_further_ones() -> None:
    server = Server()
    names = {"client_id": "app_id", "client_secret": "secret", "scope": ""}

    client(server, OAUTH | {"names": names, "scope": "x", "extra": {"tenant_id": "t1"}}).get("x")

    fields = parse_qs(server.asked[0].content.decode())
    assert set(fields) == {"grant_type", "app_id", "secret", "tenant_id"}


def test_credentials_may_go_as_basic_and_fields_in_the_query() -> None:
    server = Server()

    client(server, OAUTH | {"send": "basic", "parameters": "query"}).get("x")

    asked = server.asked[0]
    assert asked.headers["authorization"] == f"Basic {base64.b64encode(b'client-1:s3cr3t-value').decode()}"
    assert dict(asked.url.params) == {"grant_type": "client_credentials"}


def test_fields_may_go_as_json() -> None:
    server = Server()

    client(server, OAUTH | {"parameters": "json"}).get("x")

    assert json.loads(server.asked[0].content)["client_id"] == "client-1"


@pytest.mark.parametrize(("expires_in", "life"), [(3600, 3540), ("3600", 3540), (8_400_000, 7140), ("soon", 7140)])
def test_a_token_lives_as_long_as_it_says_but_not_longer_than_the_cap(expires_in: object, life: int) -> None:
    server, clock = Server(expires_in), JumpingClock()
    asking = client(server, OAUTH, clock)
    asking.get("x")

    clock.sleep(life - 1)
    asking.get("x")
    before = len(server.asked)
    clock.sleep(2)
    asking.get("x")

    assert (before, len(server.asked)) == (1, 2)


def test_a_token_that_is_not_taken_any_more_is_fetched_anew_once() -> None:
    server = Server()
    asking = client(server, OAUTH)
    asking.get("x")
    server.forget()

    answer = asking.get("x")

    assert answer.status == 200
    assert server.seen == ["Bearer token-1", "Bearer token-1", "Bearer token-3"]


def test_a_login_that_stays_refused_ends_after_one_new_token() -> None:
    refusing = httpx.MockTransport(
        lambda r: httpx.Response(200 if "token" in r.url.path else 401, json={"access_token": "t"})
    )
    auth = auth_from(OAUTH, base_url="https://api.example.com")
    asking = Client(source="acme", base_url="https://api.example.com", auth=auth, transport=refusing)

    with pytest.raises(errors.Unauthorized, match="401 unauthorized"):
        asking.get("x")


def test_a_token_may_stand_deeper_in_the_answer() -> None:
    server = Server()
    server.given = -1  # takes any token
    asking = client(server, OAUTH | {"token_path": "data.t"})

    asking.get("x")

    assert server.seen == ["Bearer deep"]


def test_an_answer_without_a_token_is_malformed() -> None:
    with pytest.raises(errors.Malformed, match="no token under 'elsewhere'"):
        client(Server(), OAUTH | {"token_path": "elsewhere"}).get("x")


def test_no_secret_shows_in_a_repr() -> None:
    request = TokenRequest(url="https://x.example", fields={"secret": "s3cr3t"}, headers={"Authorization": "s3cr3t"})

    assert "s3cr3t" not in repr(request) + repr(Token(lambda: request)) + repr(auth_from(OAUTH))


@pytest.mark.parametrize("reference", ["env:NOT_SET", "file:/not/there"])
def test_a_missing_secret_is_named_by_its_reference(reference: str) -> None:
    with pytest.raises(secrets.SecretMissing, match=reference):
        secrets.secret(reference)


def test_a_secret_itself_is_no_reference() -> None:
    with pytest.raises(secrets.SecretLiteral) as raised:
        secrets.secret("hunter2-hunter2")

    assert "hunter2" not in str(raised.value)


def test_a_secret_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("line one\nline two\n", encoding="utf-8")

    assert secrets.secret(f"file:{tmp_path / 'key'}") == "line one\nline two"


@pytest.fixture(scope="module")
def pair() -> tuple[str, str]:
    """A private key and its self-signed certificate, PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hiregate")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(start).not_valid_after(start + dt.timedelta(days=36_500))
    certificate = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture
def bearer(pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> SamlBearer:
    monkeypatch.setenv("SF_KEY", pair[0])
    return SamlBearer(
        token_url="https://api.example.com/oauth/token",
        client_id="api-key",
        company_id="acme",
        user="sfadmin",
        private_key="env:SF_KEY",
        clock=JumpingClock(),
    )


def test_a_saml_assertion_verifies_and_says_for_whom(bearer: SamlBearer, pair: tuple[str, str]) -> None:
    signed = XMLVerifier().verify(bearer.assertion(), x509_cert=pair[1]).signed_xml

    names = {"s": "urn:oasis:names:tc:SAML:2.0:assertion"}
    assert signed.findtext(".//s:NameID", namespaces=names) == "sfadmin"
    assert signed.findtext(".//s:Audience", namespaces=names) == "www.successfactors.com"
    recipient = signed.find(".//s:SubjectConfirmationData", namespaces=names).get("Recipient")
    assert recipient == "https://api.example.com/oauth/token"


def test_a_saml_token_request_carries_no_secret(bearer: SamlBearer) -> None:
    fields = bearer.token_request().fields

    assert fields["grant_type"] == "urn:ietf:params:oauth:grant-type:saml2-bearer"
    assert fields["company_id"] == "acme"
    assert etree.fromstring(base64.b64decode(fields["assertion"])).tag.endswith("Assertion")
    assert "client_secret" not in fields


def test_a_key_that_cannot_sign_is_named_without_it(bearer: SamlBearer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SF_KEY", "not a key at all")

    with pytest.raises(errors.Misconfigured, match=r"auth\.private_key") as raised:
        bearer.assertion()
    assert "not a key" not in str(raised.value)
