"""What went wrong in a job, told without a word that could quote anything."""

from collections.abc import Iterator
from contextlib import contextmanager

from afterglow.observability import log_failure


class JobFailedError(Exception):
    """A job came to nothing; the log tells why. For the function's count of errors."""


@contextmanager
def job(name: str, **ids: int | str | None) -> Iterator[None]:
    """Log what is raised inside; let only a JobFailedError out, since Lambda logs its text."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, its text may quote anything
        log_failure(error, **ids)
        raise JobFailedError(name) from None
