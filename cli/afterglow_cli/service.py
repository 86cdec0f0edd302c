"""The service, over HTTP."""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Self
from urllib.parse import quote

import httpx2

from afterglow_cli.answers import Assistant, File, Ingestion, Upload, User
from afterglow_cli.connections import failure, new_client
from afterglow_cli.errors import CommandError, RefusalError, SignInError
from afterglow_cli.patience import patiently
from afterglow_cli.payloads import moment, next_cursor, session_cookie, understood, understood_all
from afterglow_cli.replies import check

# In seconds.
WAIT = 20
_ABSENT = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that somebody wants to send. `size` is in bytes, `sha256` in hex."""

    path: str
    size: int
    sha256: str


class Service:
    """A deployment, as its address says, and whoever the cookie says.

    Every method raises SignInError, RefusalError, and PassingError once patience is at its end.
    """

    def __init__(self, url: str, cookie: str | None = None) -> None:
        # A program states what a browser would: no other site made it send this.
        headers = {"Sec-Fetch-Site": "same-origin"} | ({"Cookie": cookie} if cookie else {})
        self._has_answered = False
        self._client = new_client(
            base_url=url,
            headers=headers,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    def __enter__(self) -> Self:
        self._client.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close()

    def login(self, username: str, password: str) -> tuple[User, str]:
        """Return who is signed in now, and the cookie that says so. It is tried once."""
        credentials = {"username": username, "password": password}
        try:
            response = self._ask("POST", "/api/login", json=credentials)
        except SignInError as error:
            raise CommandError(str(error)) from None
        except RefusalError as error:
            if error.status not in _ABSENT:
                raise
            # Every service has this route.
            url = str(self._client.base_url).rstrip("/")
            raise CommandError(
                f"There is no Afterglow at {url}: {error} ({error.status})"
            ) from None
        return understood(User, response), session_cookie(response)

    def logout(self) -> None:
        """End the session."""
        self._ask("POST", "/api/logout")

    def user(self) -> User:
        """Return who is signed in."""
        return understood(User, self._patiently("GET", "/api/user"))

    def assistant(self, assistant_id: int) -> Assistant:
        """Return an assistant."""
        return understood(Assistant, self._patiently("GET", f"/api/assistants/{assistant_id}"))

    def files(self) -> Iterator[File]:
        """Yield the files that the user has."""
        response = self._patiently("GET", "/api/files")
        yield from understood_all(File, response)
        while (cursor := next_cursor(response)) is not None:
            response = self._patiently("GET", "/api/files", params={"cursor": cursor})
            yield from understood_all(File, response)

    def open_upload(self, files: Sequence[Wanted]) -> tuple[Upload, datetime]:
        """Announce files for the staging area: those that are not there get a form.

        Returns too when that was, by the service's clock.
        """
        announced = [
            {"path": file.path, "size": file.size, "sha256": file.sha256} for file in files
        ]
        body = {"files": announced, "assistantId": None}
        response = self._create("/api/uploads", body)
        return understood(Upload, response), moment(response)

    def standing(self, upload_id: str) -> Upload:
        """Return an upload with few of its files, once it is over or in WAIT seconds."""
        query = {"wait": WAIT, "limit": 1}
        return understood(Upload, self._patiently("GET", _path(upload_id), params=query))

    def upload(self, upload_id: str) -> Upload:
        """Return an upload with all of its files, as it stands."""
        response = self._patiently("GET", _path(upload_id))
        upload = understood(Upload, response)
        files = list(upload.files)
        while (cursor := next_cursor(response)) is not None:
            response = self._patiently("GET", _path(upload_id), params={"cursor": cursor})
            files += understood(Upload, response).files
        return upload.model_copy(update={"files": files})

    def ingest(
        self, directory: str, assistant_id: int | None, upload_ids: Collection[str]
    ) -> Ingestion:
        """Have the files of a staged folder given to an assistant, None for the default one.

        Only those that were announced by these uploads.
        """
        body: dict[str, Any] = {"dir": directory, "uploadIds": sorted(upload_ids)}
        if assistant_id is not None:
            body["assistantId"] = assistant_id
        return understood(Ingestion, self._create("/api/upload-directory", body))

    def _create(self, path: str, body: Mapping[str, Any]) -> httpx2.Response:
        # The same for every try: what was done is not done again.
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        return self._patiently("POST", path, json=body, headers=headers)

    def _patiently(self, method: str, path: str, **request: Any) -> httpx2.Response:
        try:
            return patiently(self._asking(method, path, **request), aloud=True)
        except SignInError:
            raise SignInError("Your session is over") from None

    def _asking(self, method: str, path: str, **request: Any) -> Callable[[], httpx2.Response]:
        return lambda: self._ask(method, path, **request)

    def _ask(self, method: str, path: str, **request: Any) -> httpx2.Response:
        try:
            response = self._client.request(method, path, **request)
        except httpx2.RequestError as error:
            raise failure(error, is_first=not self._has_answered) from None
        self._has_answered = True
        check(response)
        return response


def _path(upload_id: str) -> str:
    # Quoted, whatever it is: it becomes no other path.
    return f"/api/uploads/{quote(upload_id, safe='')}"
