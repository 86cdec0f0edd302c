"""The session that the command keeps between two calls of it, for its owner's eyes only."""

import os
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_config_path
from pydantic import TypeAdapter, ValidationError

from afterglow_cli.errors import CommandError, SignInError


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in where. The cookie, `name=value`, is never printed."""

    url: str
    username: str
    cookie: str = field(repr=False)


_FORMAT = TypeAdapter(Session)
_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def folder() -> Path:
    """Return where the command keeps what it keeps."""
    named = os.environ.get("AFTERGLOW_CONFIG")
    return Path(named) if named else user_config_path("afterglow", appauthor=False)


def load() -> Session:
    """Return the session there is. Raises SignInError, and CommandError if it cannot be read."""
    try:
        _check_private(_file())
        return _FORMAT.validate_json(_file().read_bytes(), strict=True)
    except FileNotFoundError:
        raise SignInError("You are not signed in") from None
    except OSError as error:
        raise CommandError(f"{_file()}: {error.strerror}") from None
    except ValidationError:
        raise SignInError(f"{_file()} is not what this command wrote") from None


def find() -> Session | None:
    """Return the session there is, None if there is none that can be used."""
    try:
        return load()
    except SignInError:
        return None


def save(session: Session) -> None:
    """Keep a session in place of what there is. Raises CommandError."""
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        # Its mode is 0600 from the start, and the name appears with all of it.
        handle, name = tempfile.mkstemp(prefix=".session-", dir=folder())
        try:
            with os.fdopen(handle, "wb") as new:
                new.write(_FORMAT.dump_json(session))
            Path(name).replace(_file())
        except BaseException:
            Path(name).unlink()
            raise
    except OSError as error:
        raise CommandError(f"The session cannot be kept in {folder()}: {error.strerror}") from None


def forget() -> None:
    """Keep no session. Raises CommandError."""
    try:
        _file().unlink(missing_ok=True)
    except OSError as error:
        raise CommandError(f"{_file()}: {error.strerror}") from None


def _check_private(file: Path) -> None:
    """Check that nobody else can read a file. Raises OSError, SignInError."""
    if os.name == "posix" and file.stat().st_mode & _OF_OTHERS:
        raise SignInError(f"{file} can be read by others and is not used")


def _file() -> Path:
    return folder() / "session.json"
