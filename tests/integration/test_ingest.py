"""The functions that work uploads off: whatever event comes, in any order, as often as it may."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from afterglow import bootstrap
from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.adapters.s3.staging import staging_key
from afterglow.api.jobs import JobFailedError
from afterglow.bootstrap import ports
from afterglow.domain.models import Upload, UploadFile, UploadState, User
from afterglow.services.announcing import Announced
from tests.browser import Browser
from tests.canaries import canary
from tests.fakes.upstream_files import InMemoryUpstream
from tests.ingests import called, told, uploading_to, worked_off
from tests.integration.people import user_id_of
from tests.tables import fingerprint
from tests.wiretap import Wiretap, answering


@dataclass(frozen=True, slots=True)
class Sender:
    """A user who uploads files to an assistant by forms."""

    user: User
    assistant_id: int | None

    def announce(self, *contents: bytes) -> Upload:
        """Open an upload of files that have not come."""
        announced = [Announced(f"docs/{n}.md", len(each)) for n, each in enumerate(contents)]
        return bootstrap.form_service().open(self.user, self.assistant_id, announced)

    def send(self, *contents: bytes) -> list[UploadFile]:
        """Upload files of which the queue has not been told."""
        upload = self.announce(*contents)
        files = self.files(upload)
        for file, content in zip(files, contents, strict=True):
            ports.staging().put(file, content)
        return files

    def files(self, upload: Upload) -> list[UploadFile]:
        """Return the files of an upload as they stand."""
        return list(ports.uploads().files(self.user.id, upload.id))


def stored(file: UploadFile) -> UploadFile:
    """Return a file of an upload as it stands."""
    return ports.uploads().file(file.user_id, file.upload_id, file.number)


def arrival(file: UploadFile) -> dict[str, object]:
    """Return the event of S3 for a file that has come."""
    return told(staging_key(file))


@pytest.fixture
def upstream() -> Iterator[InMemoryUpstream]:
    """Return where files go."""
    upstream = InMemoryUpstream()
    with uploading_to(upstream.opened_with):
        yield upstream


@pytest.fixture
def sender(user: Browser, upstream: InMemoryUpstream) -> Sender:
    """Return a user with an assistant that searches."""
    assert upstream is not None
    assistant = user.create_assistant(tools=[{"type": "file_search"}])
    stored_user = DynamoAccountRepository().get(user_id_of(user))
    assert stored_user is not None
    return Sender(stored_user, assistant)


def words() -> bytes:
    """Return the text of a file, which is secret."""
    return f"# {canary('file')}".encode()


def test_what_has_come_goes_to_its_assistant(sender: Sender) -> None:
    (file,) = sender.send(words())

    again, lines = worked_off(arrival(file))

    assert again == []
    assert stored(file).state is UploadState.COMPLETED
    assert len(ports.files().attached_to(sender.user.id, sender.assistant_id or 0)) == 1
    assert [line["message"] for line in lines if line["message"] == "ingested"] == ["ingested"]


def test_events_come_twice_and_in_any_order(sender: Sender, upstream: InMemoryUpstream) -> None:
    first, second = sender.send(words(), words())

    for _ in range(2):
        assert worked_off(arrival(second), arrival(first), arrival(second))[0] == []

    assert [stored(each).state for each in (first, second)] == [UploadState.COMPLETED] * 2
    assert [call[0] for call in upstream.calls].count("upload") == 2
    assert ports.uploads().get(first.user_id, first.upload_id).completed == 2


@pytest.mark.parametrize(
    "body",
    [
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "afterglow-staging"},
        told("files/0000000000000042/file-1"),
        told("staging/0000000000000042/upload_a1/7", bucket="somebody-elses"),
        told("staging/0000000000000042/upload_nobodys/7"),
        {"user_id": 42, "upload_id": "upload_nobodys", "number": 7},
        {"user_id": 42, "upload_id": "upload_nobodys", "number": None},
    ],
    ids=["test", "copy", "bucket", "nobody's", "errand", "plan"],
)
def test_what_is_nobodys_does_nothing(sender: Sender, body: object) -> None:
    (file,) = sender.send(words())
    before = fingerprint()

    assert worked_off(body)[0] == []

    assert fingerprint() == before
    assert worked_off(body, arrival(file), body)[0] == []
    assert stored(file).state is UploadState.COMPLETED


def test_poison_comes_again_and_harms_no_other(sender: Sender) -> None:
    (file,) = sender.send(words())
    secret = canary("poison")

    again, lines = worked_off(f'{{"{secret}": 1}}', arrival(file), "", "[]")

    assert again == [0, 2, 3]
    assert stored(file).state is UploadState.COMPLETED
    failures = [line for line in lines if line["message"] == "failed"]
    assert {line["error"] for line in failures} == {"UnreadableMessageError"}
    # Whether all failed or some: never an exception, whose text Lambda would log.
    assert worked_off("", "{")[0] == [0, 1]


def test_an_event_without_its_object_is_a_failure_of_that_file_only(sender: Sender) -> None:
    there, gone = sender.send(words(), words())
    ports.staging().delete(gone)

    assert worked_off(arrival(gone), arrival(there))[0] == []

    assert stored(there).state is UploadState.COMPLETED
    assert stored(gone).state is UploadState.FAILED
    assert stored(gone).error is not None


def test_a_failure_of_ours_comes_again(sender: Sender, aws: Wiretap) -> None:
    one, other = sender.send(words(), words())
    quoting = answering("<Error><Code>AccessDenied</Code><Message>quoted</Message></Error>", 403)

    with aws.spoiling("GetObject", quoting):
        again, lines = worked_off(arrival(one), arrival(other))

    assert again == [0]
    assert stored(one).state is UploadState.IN_PROGRESS
    assert stored(other).state is UploadState.COMPLETED
    assert "quoted" not in str(lines)


def test_a_folder_is_worked_off_in_chunks(sender: Sender) -> None:
    files = Sender(sender.user, None).send(words(), words(), words())
    assert worked_off(*map(arrival, files))[0] == []
    assert {stored(file).state for file in files} == {UploadState.STAGED}
    upload = bootstrap.directory_service().open(sender.user, sender.assistant_id or 0, "docs")
    ids = {"user_id": upload.user_id, "upload_id": upload.id}

    divided, _ = called("directory", {"step": "chunks", **ids})
    outcomes: list[dict[str, int]] = []
    for _ in range(5):
        passes = outcomes[-1]["passes"] if outcomes else 0
        work = {"step": "work", **ids, **divided["chunks"][0], "passes": passes}
        outcomes.append(called("directory", work)[0])
        if outcomes[-1]["is_over"]:
            break
        time.sleep(outcomes[-1]["wait_seconds"])

    assert divided == {"chunks": [{"first": 0, "last": 2}]}
    assert outcomes[-1] == {"is_over": True, "wait_seconds": 0, "passes": len(outcomes)}
    assert ports.uploads().get(upload.user_id, upload.id).completed == 3


def test_an_upload_that_is_gone_has_no_chunks_and_is_over(sender: Sender) -> None:
    ids = {"user_id": sender.user.id, "upload_id": "upload_gone"}

    assert called("directory", {"step": "chunks", **ids})[0] == {"chunks": []}
    # An execution that began with an older definition says nothing of passes.
    over = called("directory", {"step": "work", **ids, "first": 0, "last": 24})[0]
    assert over == {"is_over": True, "wait_seconds": 0, "passes": 1}


def test_a_step_that_cannot_be_done_says_so_without_a_word(sender: Sender, aws: Wiretap) -> None:
    event = {"step": "chunks", "user_id": sender.user.id, "upload_id": "upload_a1"}
    quoting = answering('{"__type": "AccessDeniedException", "message": "quoted"}', 400)

    with aws.breaking("GetItem", quoting), pytest.raises(JobFailedError, match=r"^chunks$"):
        called("directory", event)
