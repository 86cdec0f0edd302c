"""`afterglow login`, `logout`, `whoami`: a session, kept for its owner only."""

import errno
import os
import pty
import select
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.responses import Response

from tests.cli.cloud import PASSWORD, Cloud
from tests.cli.conftest import run
from tests.cli.serving import HOST

SIGN_IN = "Sign in with: afterglow login\n"


@pytest.fixture
def _password(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not home.exists()
    monkeypatch.setenv("AFTERGLOW_PASSWORD", PASSWORD)


def login(cloud: Cloud, *more: str) -> str:
    """Sign in, and return what was said."""
    result = run("login", "--url", cloud.url, "--username", "ada", *more)
    assert result.exit_code == 0, result.stderr
    return result.output


@pytest.mark.usefixtures("_password")
def test_a_session_is_kept_for_its_owner_and_never_shown(cloud: Cloud, home: Path) -> None:
    said = login(cloud)

    assert said == f"Signed in to {cloud.url} as ada.\n"
    (token,) = cloud.sessions
    (file,) = home.iterdir()
    assert token in file.read_text()
    assert PASSWORD not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    shown = run("whoami")
    assert shown.stdout == f"ada at {cloud.url}\n"
    assert token not in said + shown.output


@pytest.mark.usefixtures("_password")
def test_a_name_that_the_service_gives_does_nothing_to_a_terminal(cloud: Cloud) -> None:
    cloud.username = "ada\x1b]0;owned\x07\nroot"

    said, shown = login(cloud), run("whoami").stdout

    assert said == rf"Signed in to {cloud.url} as ada\x1b]0;owned\x07 root." + "\n"
    assert shown == rf"ada\x1b]0;owned\x07 root at {cloud.url}" + "\n"


@pytest.mark.usefixtures("_password")
def test_signing_out_ends_the_session_at_the_service_and_here(cloud: Cloud, home: Path) -> None:
    login(cloud)

    assert run("logout").stdout == f"Signed out ({cloud.url}).\n"

    assert cloud.sessions == set()
    assert list(home.iterdir()) == []
    result = run("whoami")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: You are not signed in. {SIGN_IN}"


@pytest.mark.usefixtures("_password")
def test_a_session_that_the_service_cannot_end_is_not_forgotten(cloud: Cloud, home: Path) -> None:
    login(cloud)
    cloud.breaking("POST", "/api/logout", Response(status_code=503))

    result = run("logout")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: The service answers: 503 Service Unavailable\n"
    assert len(list(home.iterdir())) == len(cloud.sessions) == 1


@pytest.mark.usefixtures("_password")
def test_a_session_that_is_over_is_said_to_be(cloud: Cloud, home: Path) -> None:
    login(cloud)
    cloud.sessions.clear()

    shown, left = run("whoami"), run("logout")

    assert shown.exit_code == 1
    assert shown.stderr == f"Error: Your session is over. {SIGN_IN}"
    assert left.stdout == f"The session was over already ({cloud.url}).\n"
    assert list(home.iterdir()) == []


@pytest.mark.usefixtures("_password")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_session_that_others_can_read_is_not_used_and_replaced(
    cloud: Cloud, home: Path, mode: int
) -> None:
    login(cloud)
    (home / "session.json").chmod(mode)

    shown = run("whoami")

    assert (shown.exit_code, shown.stdout) == (1, "")
    assert shown.stderr == (
        f"Error: {home / 'session.json'} can be read by others and is not used. {SIGN_IN}"
    )
    assert cloud.requests[-1] == ("POST", "/api/login")
    login(cloud)
    assert run("whoami").exit_code == 0


@pytest.mark.usefixtures("_password")
def test_a_session_that_cannot_be_kept_is_ended(
    cloud: Cloud, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)

    result = run("login", "--url", cloud.url, "--username", "ada")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: The session cannot be kept in {home}: No space left on device\n"
    )
    assert [path for _, path in cloud.requests] == ["/api/login", "/api/logout"]
    assert cloud.sessions == set()
    assert list(home.iterdir()) == []


@pytest.mark.usefixtures("_password")
def test_signing_in_again_remembers_the_service_and_ends_the_old_session(cloud: Cloud) -> None:
    login(cloud)
    (old,) = cloud.sessions

    assert run("login", "--username", "ada").exit_code == 0

    assert len(cloud.sessions) == 1
    assert old not in cloud.sessions


def test_a_wrong_password_is_an_error_of_one_line(
    cloud: Cloud, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERGLOW_PASSWORD", "wrong")

    result = run("login", "--url", cloud.url, "--username", "ada")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: Invalid username or password\n"
    assert not home.exists()


@pytest.mark.usefixtures("_password", "home")
@pytest.mark.parametrize(
    "url",
    [
        "http://afterglow.example.com",
        "http://127.0.0.1.example.com",
        "http://user@127.0.0.1",
        "ftp://127.0.0.1",
        "127.0.0.1:8080",
        "https://",
        "http://127.0.0.1:99999999",
    ],
)
def test_a_password_goes_to_no_address_that_others_could_read(url: str) -> None:
    result = run("login", "--url", url, "--username", "ada")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
    assert result.stderr.endswith(f"{url}\n")


@pytest.mark.usefixtures("_password", "home")
def test_a_service_that_is_not_there_is_an_error_of_one_line() -> None:
    result = run("login", "--url", f"http://{HOST}:1", "--username", "ada")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: http://{HOST}:1 cannot be reached: Connection refused."
        " Is the address right, and the service up?\n"
    )


@pytest.mark.usefixtures("home")
def test_nobody_is_asked_without_a_terminal() -> None:
    result = run("login", "--username", "ada")

    assert result.exit_code == 1
    assert result.stderr == "Error: There is nobody to ask: set AFTERGLOW_PASSWORD\n"


@pytest.mark.parametrize(
    "text", ["", "[]", '{"url": 1}', '{"url": 1, "username": 2, "cookie": 3}', "\x00"]
)
def test_a_file_that_is_no_session_is_none(home: Path, text: str) -> None:
    home.mkdir()
    (home / "session.json").write_text(text)
    (home / "session.json").chmod(0o600)

    result = run("whoami")

    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {home / 'session.json'} is not what this command wrote. {SIGN_IN}"
    )


def test_a_password_is_asked_for_and_not_echoed(cloud: Cloud) -> None:
    with _terminal("login", "--url", cloud.url, "--username", "ada") as (_, terminal):
        asked = _until(terminal, b"Password: ")
        os.write(terminal, f"{PASSWORD}\n".encode())
        said = _until(terminal, b"as ada.")

    assert PASSWORD.encode() not in asked + said
    assert len(cloud.sessions) == 1


def test_a_prompt_that_is_interrupted_is_a_line_and_130(cloud: Cloud) -> None:
    with _terminal("login", "--url", cloud.url, expected=130) as (process, terminal):
        _until(terminal, b"Username: ")
        said = _interrupted(process, terminal)

    assert b"Traceback" not in said


def test_nothing_of_aws_is_loaded_for_it() -> None:
    program = "import sys, afterglow_cli.app, afterglow_cli.uploading, afterglow_cli.service"
    loaded = f"{program}; print({{'boto3', 'botocore', 'pynamodb'}} & sys.modules.keys())"

    result = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )

    assert result.stdout == "set()\n"


@contextmanager
def _terminal(
    *arguments: str, expected: int = 0
) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """Run the command in a process that has a terminal, and return it and our end of that."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "afterglow_cli", *arguments]
    try:
        with subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        ) as process:
            try:
                yield process, ours
                assert process.wait(timeout=20) == expected
            except BaseException:
                process.kill()
                raise
    finally:
        os.close(ours)
        os.close(theirs)


def _until(terminal: int, awaited: bytes) -> bytes:
    said = b""
    while awaited not in said:
        said += os.read(terminal, 1024)
    return said


def _interrupted(process: "subprocess.Popen[bytes]", terminal: int) -> bytes:
    """Press Ctrl-C until it is heard: just before it reads, Python hears the next one only."""
    for _ in range(10):
        process.send_signal(signal.SIGINT)
        if select.select([terminal], [], [], 2)[0]:
            return _until(terminal, b"Interrupted.")
    pytest.fail("nobody heard it")
