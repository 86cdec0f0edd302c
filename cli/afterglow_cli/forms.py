"""Files on their way through presigned forms, straight to the storage."""

import re
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Self

import httpx2

from afterglow_cli.addresses import check_form_url
from afterglow_cli.answers import Form
from afterglow_cli.connections import failure, new_client
from afterglow_cli.contents import Reading
from afterglow_cli.errors import CommandError, FileFailure, PassingError
from afterglow_cli.patience import patiently
from afterglow_cli.replies import PASSING
from afterglow_cli.service import Wanted

_CODE = re.compile(r"<Code>([^<]{1,100})</Code>")
_MESSAGE = re.compile(r"<Message>([^<]{1,300})</Message>")
# The storage has its own words for "try again", under a status that means "never".
_PASSING_CODES = {"RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable"}


class ExpiredFormError(Exception):
    """Nothing is taken by this form: a new one may do. `is_told` if the storage has said so."""

    def __init__(self, message: str = "The form is too old", *, is_told: bool = False) -> None:
        super().__init__(message)
        self.is_told = is_told


@dataclass(frozen=True, slots=True)
class Errand:
    """A file to be sent for an upload. Its form is good until `deadline`, a monotonic time."""

    location: Path
    wanted: Wanted
    upload_id: str
    form: Form
    deadline: float


class Storage:
    """Wherever the forms lead. It is told nothing but what they say: no cookie goes there."""

    def __init__(self, connections: int) -> None:
        self._client = new_client(limits=httpx2.Limits(max_connections=connections))

    def __enter__(self) -> Self:
        self._client.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close()

    def send(self, errand: Errand, on_bytes: Callable[[int], None]) -> None:
        """Send a file. Raises FileFailure, and ExpiredFormError."""
        try:
            check_form_url(errand.form.url)
            patiently(lambda: self._try(errand, on_bytes))
        except CommandError as error:
            raise FileFailure(str(error)) from None

    def _try(self, errand: Errand, on_bytes: Callable[[int], None]) -> None:
        if time.monotonic() > errand.deadline:
            raise ExpiredFormError
        with closing(Reading(errand.location, errand.wanted, on_bytes)) as content:
            try:
                self._post(errand.form, content)
            except BaseException:
                content.take_back()
                raise

    def _post(self, form: Form, content: Reading) -> None:
        # What the file is called is the service's to know, not the storage's.
        file = ("file", content, "application/octet-stream")
        try:
            response = self._client.post(form.url, data=dict(form.fields), files={"file": file})
        except httpx2.RequestError as error:
            raise failure(error) from None
        _check(response)


def _check(response: httpx2.Response) -> None:
    if response.is_success:
        return
    code, message = _said(_CODE, response.text), _said(_MESSAGE, response.text)
    text = f"The storage answers {response.status_code}" + (f": {message or code}" if code else "")
    is_too_fast = response.status_code == HTTPStatus.TOO_MANY_REQUESTS
    if response.status_code in PASSING or is_too_fast or code in _PASSING_CODES:
        raise PassingError(text)
    if response.status_code == HTTPStatus.FORBIDDEN:
        raise ExpiredFormError(text, is_told=True)
    raise FileFailure(text)


def _said(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found[1] if found else None
