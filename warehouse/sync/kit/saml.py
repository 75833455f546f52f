"""A bearer token for a signed SAML 2.0 assertion (RFC 7522), as SAP SuccessFactors asks for it.

The assertion is signed here with the private key whose certificate is registered there; it lives for ten minutes.
"""

import base64
import datetime as dt
import uuid
from dataclasses import dataclass

from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner

from warehouse.sync.kit.auth import TokenRequest
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import Misconfigured
from warehouse.sync.secrets import plain_or_secret, secret

GRANT = "urn:ietf:params:oauth:grant-type:saml2-bearer"
LIFE = dt.timedelta(minutes=10)
SKEW = dt.timedelta(minutes=5)
"""How far the other side's clock may be behind."""

_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_NAME_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
_CLASS = "urn:oasis:names:tc:SAML:2.0:ac:classes:PreviousSession"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlBearer:
    """Who asks, for whom, and where the key is kept; `client_id` is the API key of the registered client."""

    token_url: str
    client_id: str
    company_id: str
    user: str
    private_key: str
    certificate: str | None = None
    audience: str = "www.successfactors.com"
    issuer: str | None = None
    clock: Clock = SYSTEM

    def token_request(self) -> TokenRequest:
        """The call for a token."""
        fields = {
            "grant_type": GRANT,
            "client_id": plain_or_secret(self.client_id),
            "company_id": self.company_id,
            "assertion": base64.b64encode(self.assertion()).decode(),
        }
        return TokenRequest(url=self.token_url, fields=fields)

    def assertion(self) -> bytes:
        """The signed assertion as XML. Raises Misconfigured where the key cannot sign."""
        signer = XMLSigner(
            method=SignatureConstructionMethod.enveloped,
            signature_algorithm=SignatureMethod.RSA_SHA256,
            digest_algorithm=DigestAlgorithm.SHA256,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        root = self._unsigned(self.clock.now())
        certificate = secret(self.certificate) if self.certificate else None
        try:
            signed = signer.sign(root, key=secret(self.private_key), cert=certificate, reference_uri=root.get("ID"))
        except (ValueError, TypeError) as error:
            raise Misconfigured(f"auth.private_key: it cannot sign ({type(error).__name__})") from None
        return bytes(etree.tostring(signed))

    def _unsigned(self, now: dt.datetime) -> etree._Element:
        root = etree.Element(f"{{{_SAML}}}Assertion", nsmap={"saml2": _SAML})
        root.attrib.update({"ID": f"_{uuid.uuid4().hex}", "IssueInstant": _written(now), "Version": "2.0"})
        _add(root, "Issuer", text=self.issuer or plain_or_secret(self.client_id))
        etree.SubElement(root, f"{{{_SIGNATURE}}}Signature", {"Id": "placeholder"}, nsmap={"ds": _SIGNATURE})
        self._add_subject(root, now)
        conditions = _add(root, "Conditions", NotBefore=_written(now - SKEW), NotOnOrAfter=_written(now + LIFE))
        _add(_add(conditions, "AudienceRestriction"), "Audience", text=self.audience)
        statement = _add(root, "AuthnStatement", AuthnInstant=_written(now), SessionIndex=uuid.uuid4().hex)
        _add(_add(statement, "AuthnContext"), "AuthnContextClassRef", text=_CLASS)
        return root

    def _add_subject(self, root: etree._Element, now: dt.datetime) -> None:
        subject = _add(root, "Subject")
        _add(subject, "NameID", text=plain_or_secret(self.user), Format=_NAME_FORMAT)
        confirmation = _add(subject, "SubjectConfirmation", Method=_BEARER)
        _add(confirmation, "SubjectConfirmationData", NotOnOrAfter=_written(now + LIFE), Recipient=self.token_url)


def _add(parent: etree._Element, name: str, *, text: str | None = None, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{_SAML}}}{name}", attributes)
    child.text = text
    return child


def _written(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
