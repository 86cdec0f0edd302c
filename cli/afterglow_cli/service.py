"""The service, over HTTP."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from http.cookies import CookieError, SimpleCookie
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import BaseModel, ValidationError

from afterglow_cli.answers import Assistant, Ingestion, Upload, User
from afterglow_cli.errors import CommandError, SignInError
from afterglow_cli.patience import patiently
from afterglow_cli.replies import check, transport_failure

# In seconds; an answer may take the service's whole budget.
TIMEOUT = httpx2.Timeout(60, connect=10)
WAIT = 20

Model = TypeVar("Model", bound=BaseModel)
_SESSION_COOKIES = ("__Host-sid", "sid")


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
        self._client = httpx2.Client(
            base_url=url,
            headers=headers,
            timeout=TIMEOUT,
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
        return _understood(User, response), _session_cookie(response)

    def logout(self) -> None:
        """End the session."""
        self._ask("POST", "/api/logout")

    def user(self) -> User:
        """Return who is signed in."""
        return _understood(User, self._patiently("GET", "/api/user"))

    def assistant(self, assistant_id: int) -> Assistant:
        """Return an assistant."""
        return _understood(Assistant, self._patiently("GET", f"/api/assistants/{assistant_id}"))

    def open_upload(self, files: Sequence[Wanted]) -> tuple[Upload, datetime]:
        """Announce files for the staging area: those that are not there get a form.

        Returns too when that was, by the service's clock.
        """
        announced = [
            {"path": file.path, "size": file.size, "sha256": file.sha256} for file in files
        ]
        body = {"files": announced, "assistantId": None}
        response = self._create("/api/uploads", body)
        return _understood(Upload, response), _moment(response)

    def upload(self, upload_id: str, *, wait: int = 0) -> Upload:
        """Return how an upload stands, once it is over or `wait` seconds from now."""
        # Quoted, whatever it is: it becomes no other path.
        path = f"/api/uploads/{quote(upload_id, safe='')}"
        return _understood(Upload, self._patiently("GET", path, params={"wait": wait}))

    def ingest(self, directory: str, assistant_id: int | None) -> Ingestion:
        """Have the files of a staged folder given to an assistant, None for the default one."""
        body: dict[str, Any] = {"dir": directory}
        if assistant_id is not None:
            body["assistantId"] = assistant_id
        return _understood(Ingestion, self._create("/api/upload-directory", body))

    def _create(self, path: str, body: Mapping[str, Any]) -> httpx2.Response:
        # The same for every try: what was done is not done again.
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        return self._patiently("POST", path, json=body, headers=headers)

    def _patiently(self, method: str, path: str, **request: Any) -> httpx2.Response:
        return patiently(self._asking(method, path, **request))

    def _asking(self, method: str, path: str, **request: Any) -> Callable[[], httpx2.Response]:
        return lambda: self._ask(method, path, **request)

    def _ask(self, method: str, path: str, **request: Any) -> httpx2.Response:
        try:
            response = self._client.request(method, path, **request)
        except httpx2.TransportError as error:
            raise transport_failure(error, self._client.base_url.host) from None
        check(response)
        return response


def _understood(model: type[Model], response: httpx2.Response) -> Model:
    try:
        return model.model_validate_json(response.content)
    except ValidationError:
        path = response.request.url.path
        raise CommandError(f"What the service answers to {path} is not understood") from None


def _moment(response: httpx2.Response) -> datetime:
    try:
        return parsedate_to_datetime(response.headers["Date"])
    except (KeyError, ValueError):
        return datetime.now(UTC)


def _session_cookie(response: httpx2.Response) -> str:
    for line in response.headers.get_list("Set-Cookie"):
        try:
            cookies = SimpleCookie(line)
        except CookieError:
            continue
        for name in _SESSION_COOKIES:
            if name in cookies:
                return f"{name}={cookies[name].coded_value}"
    raise CommandError("The service gave no session")
