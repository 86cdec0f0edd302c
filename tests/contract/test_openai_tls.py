"""OpenAI is spoken to in TLS: the same bounds hold there, and no stranger is believed."""

import ssl
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from httpx2 import Timeout

from afterglow.adapters.openai import upstream as adapter
from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.domain.errors import OperationFailedError
from afterglow.ports.engine import ReplyState
from tests.contract.raw_upstream import CREATED, KEY, completed, upstream
from tests.contract.thinkers import a_prompt, begun
from tests.contract.upstream_faults import UNAVAILABLE, check


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file with a certificate of the loopback address, and its private key."""
    now, name = datetime.now(UTC), x509.Name([])
    private = ec.generate_private_key(ec.SECP256R1())
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(address, critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path_factory.mktemp("tls") / "upstream.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + pem)
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """Return what the upstream speaks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def _trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusting = ssl.create_default_context(cafile=certificate)
    monkeypatch.setattr(adapter, "trusted", lambda: trusting)


@pytest.mark.usefixtures("_trusted")
def test_an_answer_is_heard(tls: ssl.SSLContext) -> None:
    with (
        upstream([CREATED, completed()], tls=tls) as url,
        OpenAIEngine(KEY, url).start(a_prompt()) as live,
    ):
        assert url.startswith("https:")
        assert live.follow(datetime.now(UTC) + timedelta(seconds=5)).text == "Gladly."


@pytest.mark.usefixtures("_trusted")
def test_silence_ends_at_its_moment(tls: ssl.SSLContext) -> None:
    with (
        upstream([CREATED], tls=tls, then=1.5) as url,
        OpenAIEngine(KEY, url).start(a_prompt()) as live,
    ):
        began = time.monotonic()
        reply = live.follow(datetime.now(UTC) + timedelta(seconds=0.5))
        took = time.monotonic() - began

    assert reply.state is ReplyState.WORKING
    assert 0.5 <= took < 0.8


@pytest.mark.usefixtures("_trusted")
def test_an_upstream_that_says_nothing_is_given_up() -> None:
    with upstream([], head=b"", then=1.5) as url:
        engine = OpenAIEngine(KEY, url.replace("http:", "https:"), timeout=Timeout(0.5))
        began = time.monotonic()
        with pytest.raises(OperationFailedError) as raised:
            begun(engine, a_prompt())
        took = time.monotonic() - began

    check(raised.value, UNAVAILABLE)
    assert 0.5 <= took < 0.9


def test_a_stranger_is_told_nothing(tls: ssl.SSLContext) -> None:
    with upstream([CREATED], tls=tls) as url, pytest.raises(OperationFailedError) as raised:
        begun(OpenAIEngine(KEY, url), a_prompt())

    check(raised.value, UNAVAILABLE)
