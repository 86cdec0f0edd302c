"""What the command says in one line before it ends with 1."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from afterglow_cli.answers import Detail


class CommandError(Exception):
    """Something that whoever called the command can be told, and often mend."""


class SignInError(CommandError):
    """The service does not know who calls."""


class RefusalError(CommandError):
    """The service understood, and said no."""

    def __init__(self, message: str, status: int, details: "Sequence[Detail]" = ()) -> None:
        super().__init__(message)
        self.status = status
        self.details = details


class PassingError(CommandError):
    """Something that may be gone at the next try. `retry_after` is in seconds, None if unknown."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class FileFailure(Exception):  # noqa: N818 - of one file, not of the command
    """Why one file did not go. The others go on."""
