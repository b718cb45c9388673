"""`lookup: http` by https: real certificates of a local authority, asked for by name."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ivr.engine.events import Looked
from ivr.language.prompt import Value
from ivr.telephony.fetches import Fetches
from tests.fakes.library import Library

NOW = datetime.datetime.now(datetime.UTC)
FOUND = Looked("found", (("count", Value("number", "2")),))


@dataclass
class Authority:
    """A local authority that certifies names; `file` is its own certificate."""

    folder: Path

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "the office's authority")])
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        own = self._certificate(self._name, self._key.public_key()).add_extension(constraints, critical=True)
        self.file = self.folder / "authority.pem"
        self.file.write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def certify(self, host: str, days: int = 1) -> ssl.SSLContext:
        """A server's side of TLS, with a certificate for the name `host`."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a library")])
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        signed = self._certificate(name, key.public_key(), days).add_extension(names, critical=False)
        file = self.folder / f"{host}.pem"
        file.write_bytes(
            signed.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(file)
        return context

    def _certificate(self, name: x509.Name, key: ec.EllipticCurvePublicKey, days: int = 1) -> x509.CertificateBuilder:
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - datetime.timedelta(days=2))
            .not_valid_after(NOW + datetime.timedelta(days=days))
            .add_extension(authority, critical=False)
        )


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def asker(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fetches]:
    """On a machine that trusts the authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    made = Fetches(["localhost", "127.0.0.1"])
    yield made
    made.close()


def ask(asker: Fetches, tls: ssl.SSLContext, host: str = "localhost") -> Looked:
    with Library(tls) as library:
        library.json("/", {"count": 2})
        found = asker.find(library.wanted("/", host))
        assert bool(library.asked) == (found == FOUND), "nothing is asked of a stranger"
        return found


def test_a_name_with_a_certificate_of_an_authority_that_the_machine_trusts_is_asked(
    authority: Authority, asker: Fetches
) -> None:
    assert ask(asker, authority.certify("localhost")) == FOUND


def test_a_certificate_of_another_name_is_a_strangers(authority: Authority, asker: Fetches) -> None:
    assert ask(asker, authority.certify("library.example")).result == "unavailable"
    assert ask(asker, authority.certify("localhost"), "127.0.0.1").result == "unavailable", "an address is no name"


def test_a_certificate_that_has_run_out_is_refused(authority: Authority, asker: Fetches) -> None:
    assert ask(asker, authority.certify("localhost", days=-1)).result == "unavailable"


def test_an_authority_that_nobody_knows_is_refused(asker: Fetches, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert ask(asker, Authority(tmp_path / "other").certify("localhost")).result == "unavailable"
