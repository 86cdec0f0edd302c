"""A user who uploads in every way there is, as well and as badly as it may go."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any
from unittest.mock import patch

from afterglow import bootstrap
from afterglow.adapters.s3.staging import staging_key
from afterglow.bootstrap import ports, uploads
from afterglow.domain.identifiers import new_ordered_id
from afterglow.domain.models import UploadFile, UploadKind, UploadState
from afterglow.ports.files import Quota
from tests.browser import Browser
from tests.delivery import deliver, function_module
from tests.events import Context, event
from tests.fakes.upstream_files import InMemoryUpstream, InMemoryUpstreamFiles
from tests.ingests import forget, queued, told, uploading_to
from tests.integration.people import user_id_of
from tests.integration.upload_troubles import TROUBLES, store_lost
from tests.wiretap import AwsCall, Wiretap, conflicting

Note = Callable[[str, Iterable[AwsCall]], None]
BOUNDARY = "0123456789"


class Uploading:
    """One user's uploads, every call noted for the function that makes it."""

    def __init__(self, aws: Wiretap, browser: Browser, note: Note) -> None:
        self.aws = aws
        self.browser = browser
        self.note = note
        self.upstream = InMemoryUpstream()
        self.user_id = user_id_of(browser)
        self.assistant = browser.create_assistant(tools=[{"type": "file_search"}])
        self.numbers = count(1)

    def everything(self) -> None:
        """Upload in every way, in every trouble; look at it, and move it all."""
        with uploading_to(self.upstream.opened_with):
            for trouble in TROUBLES:
                with trouble(self.upstream, self.user_id):
                    self.by_request(is_late=trouble == store_lost)
                with trouble(self.upstream, self.user_id):
                    for entry in self.by_forms(self.assistant):
                        self.work_off(told(staging_key(entry)))
                with trouble(self.upstream, self.user_id):
                    self.by_folder()
            self.by_folders_of_nothing()
            self.by_folder_given_up()
            with self.aws.breaking("TransactWriteItems", conflicting()):
                # What does not begin is taken back.
                self.by_request()
            self.ask("GET", "/api/files")
            self.look_and_cancel()
            self.delete()
            self.move()
            self.left()

    def ask(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        """Send a request that is to go well, and return the answer's body."""
        answers: list[Any] = []
        self.note(
            "files",
            self.aws.during(
                lambda: answers.append(self.browser.request(method, path, body, **options))
            ),
        )
        assert answers[0].status < 300, answers[0].body
        return answers[0].body

    def by_request(self, *, is_late: bool = False) -> None:
        """Send a file in a request, and the same again."""
        number = next(self.numbers)
        raw = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{number}.md"'
            f"\r\n\r\nNumber {number}\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; "
            f'name="assistantId"\r\n\r\n{self.assistant}\r\n--{BOUNDARY}--\r\n'
        )
        headers = {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Idempotency-Key": f"key {number}",
        }
        for _ in range(2):
            sent = event(
                "POST", "/api/upload", raw=raw, headers=headers, cookie=self.browser.cookie
            )
            if is_late:
                sent["requestContext"]["requestTimeEpoch"] = int(time.time() - 60) * 1000
            self.note("files", self.aws.during(partial(deliver, sent)))

    def by_forms(self, assistant: int | None, folder: str = "docs") -> list[UploadFile]:
        """Announce two files with one key, twice; let one of them come."""
        numbers = [next(self.numbers), next(self.numbers)]
        content = f"Number {numbers[0]}".encode()
        files = [{"path": f"{folder}/{n}.md", "size": len(content)} for n in numbers]
        body = {"files": files, "assistantId": assistant}
        key = {"Idempotency-Key": f"key {numbers[0]}"}
        with patch.object(uploads, "quota", lambda: Quota(10**9, 10**12, 100)):
            forget()
            for _ in range(2):
                upload = self.ask("POST", "/api/uploads", body, headers=key)
        # Announced when there was room.
        forget()
        entries = list(ports.uploads().files(self.user_id, upload["id"]))
        ports.staging().put(entries[0], content)
        return entries

    def work_off(self, *bodies: object) -> None:
        """Have the queue worked off."""
        handler = function_module("ingest").lambda_handler
        self.note("ingest", self.aws.during(partial(handler, queued(*bodies), Context())))

    def by_folder(self) -> None:
        """Stage a file, and give its folder away."""
        folder = f"folder{next(self.numbers)}"
        come, _ = self.by_forms(None, folder)
        self.work_off(told(staging_key(come)))
        for _ in range(2):
            upload_id = self.give(folder)
            self.step(step="chunks", user_id=self.user_id, upload_id=upload_id)
            self.chunk(upload_id)
            # What is in trouble would go on: only two folders may.
            for entry in ports.uploads().files(self.user_id, upload_id):
                if not entry.is_over:
                    ports.uploads().end(entry.ended(UploadState.CANCELLED))

    def by_folders_of_nothing(self) -> None:
        """Give folders away whose bytes are gone by then: to the machine, and to the queue."""
        for is_queued in (False, True):
            folder = f"folder{next(self.numbers)}"
            come, _ = self.by_forms(None, folder)
            self.work_off(told(staging_key(come)))
            upload_id = self.give(folder)
            ports.staging().delete(come)
            if is_queued:
                (entry,) = ports.uploads().files(self.user_id, upload_id)
                ports.uploads().update(replace(entry, lease_until=bootstrap.now()))
                self.work_off({"user_id": self.user_id, "upload_id": upload_id, "number": 0})
            else:
                self.chunk(upload_id)

    def by_folder_given_up(self) -> None:
        """Give a folder away that is cancelled when the machine has just indexed its file."""
        folder = f"folder{next(self.numbers)}"
        come, _ = self.by_forms(None, folder)
        self.work_off(told(staging_key(come)))
        upload_id = self.give(folder)
        index = InMemoryUpstreamFiles.index

        def overtaken(*given: Any) -> Any:
            found = index(*given)
            entry = ports.uploads().file(self.user_id, upload_id, 0)
            ports.uploads().end(entry.ended(UploadState.CANCELLED))
            return found

        with patch.object(InMemoryUpstreamFiles, "index", overtaken):
            self.chunk(upload_id)

    def give(self, folder: str) -> str:
        """Give a folder to the assistant, and return the upload."""
        user = ports.accounts().get(self.user_id)
        assert user is not None
        opened: list[str] = []

        def begin() -> None:
            service = bootstrap.directory_service()
            opened.append(service.open(user, self.assistant, folder).id)

        self.note("files", self.aws.during(begin))
        return opened[0]

    def chunk(self, upload_id: str) -> None:
        """Have the state machine work at an upload's first files, and again when they are due."""
        for _ in range(2):
            for entry in ports.uploads().files(self.user_id, upload_id):
                if entry.state is UploadState.IN_PROGRESS and entry.attempt:
                    ports.uploads().update(replace(entry, lease_until=bootstrap.now()))
            ids = {"user_id": self.user_id, "upload_id": upload_id}
            self.step(step="work", **ids, first=0, last=2)

    def step(self, **step: Any) -> None:
        """Do a step of the state machine."""
        handler = function_module("directory").lambda_handler
        self.note("directory", self.aws.during(partial(handler, step, Context())))

    def look_and_cancel(self) -> None:
        """Look at all uploads, and give one up."""
        for upload in self.ask("GET", "/api/uploads"):
            self.ask("GET", f"/api/uploads/{upload['id']}")
        come, _ = self.by_forms(self.assistant)
        self.ask("POST", f"/api/uploads/{come.upload_id}/cancel")

    def delete(self) -> None:
        """Delete a file that an assistant uses."""
        files = self.ask("GET", "/api/files")
        used = next(file for file in files if file["assistantIds"])
        self.ask("DELETE", f"/api/files/{used['id']}")

    def move(self) -> None:
        """Store a key of another project, and have everything follow."""
        key = {"apiKey": Browser().api_key}
        self.note(
            "settings",
            self.aws.during(lambda: self.browser.post("/api/settings/apikey", key)),
        )
        found = ports.uploads().list(self.user_id)
        move = next(each for each in found if each.kind is UploadKind.MOVE)
        self.work_off({"user_id": self.user_id, "upload_id": move.id, "number": None})
        self.chunk(move.id)
        self.work_off({"user_id": self.user_id, "upload_id": move.id, "number": 0})

    def left(self) -> None:
        """Let a move be due that nobody has planned, and the sweeper come by."""
        move = next(ports.uploads().list(self.user_id))
        past = bootstrap.now() - timedelta(minutes=1)
        ports.uploads().open_unplanned(
            replace(move, id=new_ordered_id("upload_", past), lease_until=past)
        )
        handler = function_module("sweeper").lambda_handler
        self.note("sweeper", self.aws.during(partial(handler, {}, Context())))
