"""`afterglow login`, `logout` and `whoami`."""

import os
import sys
from contextlib import suppress
from typing import Annotated

import typer

from afterglow_cli.speech import explained, printable, tell

HERE = "http://127.0.0.1:8080"
Url = Annotated[
    str | None,
    typer.Option(
        envvar="AFTERGLOW_URL",
        help=f"Of the service. By default the one of last time, or {HERE}.",
        show_default=False,
    ),
]
Username = Annotated[
    str | None, typer.Option(envvar="AFTERGLOW_USERNAME", help="Asked for if not given.")
]


def login(url: Url = None, username: Username = None) -> None:
    """Sign in. The password is asked for, or taken from AFTERGLOW_PASSWORD."""
    with explained():
        from afterglow_cli import sessions
        from afterglow_cli.addresses import service_url
        from afterglow_cli.errors import CommandError
        from afterglow_cli.service import Service

        last = sessions.find()
        address = service_url(url or (last.url if last else HERE))
        name = username or _asked("Username")
        # Whoever signs in again has the session of last time ended.
        presented = last.cookie if last and last.url == address else None
        with Service(address, presented) as service:
            user, cookie = service.login(name, _password())
        try:
            sessions.save(sessions.Session(address, user.username, cookie))
        except CommandError:
            # Nobody could use it, nor end it.
            with Service(address, cookie) as service, suppress(CommandError):
                service.logout()
            raise
        tell(f"Signed in to {address} as {printable(user.username)}.")


def logout() -> None:
    """Sign out: the session ends at the service, and is forgotten here."""
    with explained():
        from afterglow_cli import sessions
        from afterglow_cli.errors import SignInError
        from afterglow_cli.service import Service

        session = sessions.load()
        with Service(session.url, session.cookie) as service:
            try:
                service.logout()
                said = "Signed out"
            except SignInError:
                said = "The session was over already"
        sessions.forget()
        tell(f"{said} ({session.url}).")


def whoami() -> None:
    """Say who is signed in, and where."""
    with explained():
        from afterglow_cli import sessions
        from afterglow_cli.service import Service

        session = sessions.load()
        with Service(session.url, session.cookie) as service:
            tell(f"{printable(service.user().username)} at {session.url}")


def _password() -> str:
    return os.environ.get("AFTERGLOW_PASSWORD") or _asked("Password", hide=True)


def _asked(what: str, *, hide: bool = False) -> str:
    from afterglow_cli.errors import CommandError

    if not sys.stdin.isatty():
        raise CommandError(f"There is nobody to ask: set AFTERGLOW_{what.upper()}")
    return str(typer.prompt(what, hide_input=hide, err=True))
