"""An address that leads to no Afterglow: one line says what is there instead."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from tests.cli.cloud import PASSWORD, Cloud
from tests.cli.conftest import run
from tests.cli.serving import HOST
from tests.cli.test_sign_in import login

WELCOME = "<!doctype html><title>Welcome to nginx!</title>"


@pytest.fixture(autouse=True)
def _password(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not home.exists()
    monkeypatch.setenv("AFTERGLOW_PASSWORD", PASSWORD)


def refused(url: str) -> str:
    """Try to sign in, and return the one line that says why it cannot be."""
    result = run("login", "--url", url, "--username", "ada")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("Error: ").rstrip("\n")


@pytest.mark.parametrize("behind", ["", "/", "//", "/api", "/api/", "/api/…"])
def test_an_address_may_be_given_as_it_is_shown(cloud: Cloud, behind: str) -> None:
    result = run("login", "--url", f"{cloud.url}{behind}", "--username", "ada")

    assert result.stdout == f"Signed in to {cloud.url} as ada.\n"


@pytest.mark.parametrize("answer", [HTMLResponse(WELCOME), HTMLResponse(WELCOME, 404)])
def test_a_web_server_is_no_afterglow(cloud: Cloud, home: Path, answer: Response) -> None:
    cloud.breaking("POST", "/api/login", answer)
    status = "200 OK" if answer.status_code == 200 else "404 Not Found"

    assert refused(cloud.url) == (
        f"{cloud.url}/api/login does not answer as Afterglow does ({status}). Is the address right?"
    )
    assert not home.exists()


@pytest.mark.parametrize(
    "answer",
    [
        JSONResponse({"message": "Missing Authentication Token"}, 403),
        JSONResponse({"detail": "Method Not Allowed"}, 405),
        Response(status_code=401, headers={"WWW-Authenticate": "Basic"}),
    ],
)
def test_another_service_is_no_afterglow(cloud: Cloud, answer: Response) -> None:
    cloud.breaking("POST", "/api/login", answer)

    assert f"does not answer as Afterglow does ({answer.status_code} " in refused(cloud.url)


def test_a_path_too_many_is_told(cloud: Cloud) -> None:
    cloud.breaking("POST", "/docs/api/login", JSONResponse({"error": "Not found"}, 404))
    cloud.breaking("POST", "/api/login", JSONResponse({"error": "Not found"}, 404))

    assert refused(cloud.url) == f"There is no Afterglow at {cloud.url}: Not found (404)"


def test_a_redirection_is_told_and_not_followed(cloud: Cloud) -> None:
    cloud.breaking("POST", "/api/login", RedirectResponse("https://example.com/\x1b]0;x", 301))

    said = refused(cloud.url)

    assert said.startswith(f"{cloud.url}/api/login leads elsewhere, to https://example.com/")
    assert "\x1b" not in said
    assert [path for _, path in cloud.requests] == ["/api/login"]


def test_no_cookie_follows_a_redirection(cloud: Cloud) -> None:
    login(cloud)
    cloud.breaking("GET", "/api/user", RedirectResponse("/elsewhere", 307))

    result = run("whoami")

    assert result.exit_code == 1
    assert "leads elsewhere, to /elsewhere" in result.stderr
    assert cloud.requests[-1] == ("GET", "/api/user")


def test_a_name_that_leads_nowhere_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)

    assert refused("https://no-such-name.invalid") == (
        "https://no-such-name.invalid cannot be reached: Name or service not known."
        " Is the address right, and the service up?"
    )


def test_a_server_of_plain_http_speaks_no_tls(cloud: Cloud) -> None:
    url = cloud.url.replace("http://", "https://")

    assert refused(url) == f"{url} speaks no TLS. Is it an http:// address?"


def test_a_server_of_tls_speaks_no_plain_http(tmp_path: Path) -> None:
    with _speaking_tls(tmp_path) as port:
        assert refused(f"http://{HOST}:{port}").startswith(f"http://{HOST}:{port} cannot be reach")


def test_a_certificate_that_nobody_vouches_for_is_told(tmp_path: Path) -> None:
    with _speaking_tls(tmp_path) as port:
        assert refused(f"https://{HOST}:{port}") == (
            f"The certificate of https://{HOST}:{port} is not trusted: self-signed certificate"
        )


def test_a_service_that_is_gone_is_told_at_once(cloud: Cloud, home: Path) -> None:
    login(cloud)
    file = home / "session.json"
    file.write_text(file.read_text().replace(cloud.url, f"http://{HOST}:1"))

    result = run("whoami")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: http://{HOST}:1 cannot be reached: Connection refused."
        " Is the address right, and the service up?\n"
    )


def test_whoever_is_made_to_wait_is_told_why(cloud: Cloud) -> None:
    login(cloud)
    busy = JSONResponse({"error": "Busy\x1b[2J"}, 503, headers={"Retry-After": "1"})
    cloud.breaking("GET", "/api/user", busy)

    result = run("whoami")

    assert result.exit_code == 0
    assert result.stderr == "The service answers: Busy\\x1b[2J. Trying again in 1 s.\n"


@pytest.mark.parametrize(
    ("name", "value"), [("SSL_CERT_FILE", "/no/such.pem"), ("HTTPS_PROXY", "foo://127.0.0.1")]
)
def test_an_environment_that_leads_nowhere_is_told(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    said = refused(cloud.url)

    assert said.startswith("The proxy or certificate settings of this environment cannot be used: ")


@contextmanager
def _speaking_tls(folder: Path) -> Iterator[int]:
    """Serve TLS under a certificate that nobody vouches for, and return the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))
    with closing(socket.create_server((HOST, 0))) as listener:
        thread = Thread(target=_shake_hands, args=(listener, context))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            near, _ = listener.accept()
        except OSError:
            return
        with closing(near), suppress(OSError):
            context.wrap_socket(near, server_side=True).close()


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "pair.pem").write_bytes(secret + certificate.public_bytes(pem))
    return folder / "pair.pem"
