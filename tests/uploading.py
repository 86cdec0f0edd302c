"""Uploads as a browser sends them, and where their files go instead of to OpenAI."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from afterglow import bootstrap
from afterglow.adapters.s3.staging import staging_key
from afterglow.bootstrap import ports
from afterglow.domain.models import Upload
from afterglow.ports.upstream_files import Indexing
from tests.browser import Browser
from tests.delivery import deliver, function_module
from tests.events import Answer
from tests.fakes.upstream_files import InMemoryUpstream, InMemoryUpstreamFiles
from tests.forms import BOUNDARY, CONTENT_TYPE, form, part, request
from tests.ingests import called, told, worked_off
from tests.integration.people import user_id_of

TEXT = b"The pump delivers 42 litres a minute."


def form_event(
    name: str = "pump.txt",
    content: bytes = TEXT,
    assistant_id: object = None,
    *,
    cookie: str | None = None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Return the event of a form with a file, under a boundary of its own, as browsers do."""
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    named = f'form-data; name="file"; filename="{quoted}"'.encode(errors="surrogatepass")
    parts = [part(named, content)]
    if assistant_id is not None:
        parts.append(part('form-data; name="assistantId"', str(assistant_id).encode()))
    boundary = f"{BOUNDARY}-{secrets.token_hex(8)}"
    body = form(*parts).replace(BOUNDARY.encode(), boundary.encode())
    event = request(body, CONTENT_TYPE.replace(BOUNDARY, boundary))
    more = dict(headers or {}) | ({"Cookie": cookie} if cookie else {})
    event["headers"] |= more
    event["multiValueHeaders"] |= {name: [value] for name, value in more.items()}
    return event


def upload(
    browser: Browser,
    name: str = "pump.txt",
    content: bytes = TEXT,
    assistant_id: object = None,
    **headers: str,
) -> Answer:
    """Upload a file, to the default assistant unless another is named."""
    more = {header.replace("_", "-"): value for header, value in headers.items()}
    event = form_event(name, content, assistant_id, cookie=browser.cookie, headers=more)
    return deliver(event)


class QuickUpstream(InMemoryUpstream):
    """An upstream that has indexed a file before it answers: for tests whose time stands still."""

    def opened_with(self, api_key: str) -> InMemoryUpstreamFiles:
        """Return what a key opens."""
        self.keys.append(api_key)
        return _Quick(self, self.projects[api_key])


class _Quick(InMemoryUpstreamFiles):
    def index(self, store_id: str, upstream_id: str) -> Indexing:
        super().index(store_id, upstream_id)
        return super().indexing(store_id, upstream_id)


@contextmanager
def worked_off_by_machines() -> Iterator[None]:
    """Have the state machine of folders do its work while it is launched: moto's does none."""

    def launch(upload: Upload) -> None:
        ids = {"user_id": upload.user_id, "upload_id": upload.id}
        for chunk in called("directory", {"step": "chunks", **ids})[0]["chunks"]:
            work = {"step": "work", **ids, **chunk}
            while not (outcome := called("directory", work)[0])["is_over"]:
                time.sleep(outcome["wait_seconds"])
                work["passes"] = outcome["passes"]

    launcher = SimpleNamespace(launch=launch)
    directories = replace(bootstrap.directory_service(), launcher=launcher)
    overrides = function_module("files").app.dependency_overrides
    overrides[bootstrap.directory_service] = lambda: directories
    try:
        yield
    finally:
        overrides.clear()


def announce(browser: Browser, *files: dict[str, Any], assistant_id: int | None = None) -> Answer:
    """Ask for forms."""
    return browser.post("/api/uploads", {"files": files, "assistantId": assistant_id})


def send(browser: Browser, upload_id: str, number: int, content: bytes) -> None:
    """Have the bytes of a file of an upload come, and the queue told of it."""
    entry = ports.uploads().file(user_id_of(browser), upload_id, number)
    ports.staging().put(entry, content)
    assert worked_off(told(staging_key(entry)))[0] == []
