"""Files on their way to an assistant: what becomes of them, and what they leave."""

from datetime import timedelta
from typing import Any

import pytest

from afterglow.domain.errors import (
    ConflictError,
    InvalidInputError,
    LimitExceededError,
    OperationFailedError,
    RateLimitError,
)
from afterglow.domain.models import FileUse, IdempotencyClaim, UploadState
from afterglow.services.ingesting import LEASE, LONGEST_LIFE, MOST_FAILURES
from tests.fakes.uploads import InMemoryUploads
from tests.mortality import Killed, Life
from tests.unit.library import KEY, QUOTA, TEXT, Reading

UNAVAILABLE = OperationFailedError("OpenAI is unavailable", code="openai_unavailable")


@pytest.fixture
def reading() -> Reading:
    """Return what is stored."""
    return Reading()


def test_a_file_is_ours_upstream_indexed_and_used(reading: Reading) -> None:
    entry = reading.upload()

    (file,) = reading.mine()
    assert (entry.state, entry.file_id, entry.is_known) == (UploadState.COMPLETED, file.id, False)
    assert (file.path, file.name, file.size) == ("pump.txt", "pump.txt", len(TEXT))
    assert (file.use, file.assistant_ids) == (FileUse.SEARCH, frozenset({1}))
    assert reading.attached() == ["pump.txt"]
    assert reading.searchable() == {TEXT}
    assert reading.buckets.copies == {(reading.user.id, file.id): TEXT}
    assert reading.buckets.staged == {}
    assert reading.uploads.get(reading.user.id, entry.upload_id).is_over
    assert not reading.files.shelf(reading.user.id, 1).is_pending
    assert reading.queue.sent == []


def test_of_two_requests_of_one_claim_the_second_leaves_no_bytes(reading: Reading) -> None:
    expires_at = reading.clock() + timedelta(hours=24)
    claim = IdempotencyClaim(reading.user.id, "a key", "a request", expires_at)
    first = reading.upload(claim=claim)

    with pytest.raises(ConflictError):
        reading.upload(content=b"Other bytes.", claim=claim)

    assert reading.buckets.staged == {}
    assert [upload_id for _, upload_id in reading.shelves.opened] == [first.upload_id]


def test_what_may_be_recorded_keeps_its_bytes(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_unheard(*what: Any, **claim: Any) -> None:
        InMemoryUploads.open(reading.uploads, *what, **claim)
        raise TimeoutError

    monkeypatch.setattr(reading.uploads, "open", open_unheard)
    with pytest.raises(TimeoutError):
        reading.upload()
    monkeypatch.undo()
    reading.recover()

    assert reading.attached() == ["pump.txt"]


def test_a_second_file_shares_the_store(reading: Reading) -> None:
    reading.upload()
    reading.upload("valve.txt", b"The valve opens at 3 bar.")

    assert reading.upstream.called("create_store") == 1
    assert reading.attached() == ["pump.txt", "valve.txt"]
    assert len(reading.searchable()) == 2


def test_what_is_there_already_is_not_sent_again(reading: Reading) -> None:
    first = reading.upload()
    second = reading.upload()

    assert second.is_known
    assert second.file_id == first.file_id
    assert reading.upstream.called("upload") == 1
    assert len(reading.mine()) == 1
    assert reading.attached() == ["pump.txt"]


def test_another_assistant_takes_the_same_file_into_a_store_of_its_own(reading: Reading) -> None:
    reading.upload()
    reading.upload(assistant_id=2)

    assert reading.upstream.called("upload") == 1
    assert reading.upstream.called("create_store") == 2
    assert reading.mine()[0].assistant_ids == {1, 2}
    assert reading.searchable(assistant_id=2) == {TEXT}


def test_what_only_code_reads_is_not_indexed(reading: Reading) -> None:
    reading.allow_code()

    entry = reading.upload("data.csv", b"a,b\n1,2\n")

    assert entry.state is UploadState.COMPLETED
    assert reading.mine()[0].use is FileUse.CODE
    assert reading.upstream.called("create_store") == 0
    assert reading.upstream.called("upload") == 1


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        ("data.csv", b"a,b\n1,2\n", "unsupported_type"),
        ("tool.exe", b"MZ\x90\x00", "unsupported_type"),
        ("notes.txt", b"\xff\xfe\x00", "not_utf8"),
        ("report.pdf", b"<html></html>", "content_mismatch"),
        ("empty.txt", b"", "empty_file"),
    ],
)
def test_what_is_refused_says_why_and_leaves_nothing(
    reading: Reading, path: str, content: bytes, code: str
) -> None:
    entry = reading.upload(path, content)

    assert (entry.state, entry.error and entry.error.code) == (UploadState.FAILED, code)
    assert reading.mine() == []
    assert reading.upstream.calls == []
    assert reading.buckets.staged == {}
    assert reading.buckets.copies == {}
    upload = reading.uploads.get(reading.user.id, entry.upload_id)
    assert (upload.is_over, upload.failed) == (True, 1)
    assert not reading.files.shelf(reading.user.id, 1).is_pending


def test_what_openai_cannot_read_is_not_used(reading: Reading) -> None:
    reading.upstream.failures["pump.txt"] = "unsupported_file"

    entry = reading.upload()

    assert entry.error
    assert entry.error.code == "unsupported_file"
    assert reading.attached() == []
    assert reading.mine() == []
    # What it left upstream is cleared away with it.
    assert len(reading.shelves.discarded) == 1
    assert reading.searchable() == set()


def test_a_file_of_somebody_else_s_upload_is_kept_when_this_one_fails(reading: Reading) -> None:
    reading.upload()
    reading.upstream.fail("index", InvalidInputError("No", code="openai_refused"))

    entry = reading.upload(assistant_id=2)

    assert entry.state is UploadState.FAILED
    assert reading.attached() == ["pump.txt"]
    assert reading.searchable() == {TEXT}


def test_slow_indexing_is_looked_at_later(reading: Reading) -> None:
    reading.upstream.holds = True
    entry = reading.upload()
    assert entry.state is UploadState.IN_PROGRESS
    assert reading.files.shelf(reading.user.id, 1).is_pending
    (sent,) = reading.queue.sent
    assert (sent.number, sent.after) == (0, entry.lease_until - reading.clock())

    reading.upstream.holds = False
    reading.deliver()

    assert reading.attached() == ["pump.txt"]
    assert reading.upstream.called("upload") == 1
    assert not reading.files.shelf(reading.user.id, 1).is_pending


def test_an_upstream_that_fails_is_asked_again_but_not_for_ever(reading: Reading) -> None:
    reading.upstream.fail("upload", *[UNAVAILABLE] * MOST_FAILURES)
    entry = reading.upload()
    assert (entry.state, entry.failures) == (UploadState.IN_PROGRESS, 1)

    reading.deliver()

    entry = reading.uploads.file(reading.user.id, entry.upload_id, 0)
    assert (entry.state, entry.error and entry.error.code) == (
        UploadState.FAILED,
        "openai_unavailable",
    )
    assert reading.upstream.called("upload") == MOST_FAILURES


def test_to_be_told_to_wait_is_no_failure(reading: Reading) -> None:
    slow = RateLimitError("Too fast", code="openai_rate_limited", retry_after=20)
    reading.upstream.fail("upload", *[slow] * (MOST_FAILURES + 2))

    entry = reading.upload()
    assert entry.lease_until == reading.clock() + timedelta(seconds=20)
    reading.deliver()

    assert reading.attached() == ["pump.txt"]


def test_without_a_key_it_fails_at_once(reading: Reading) -> None:
    reading.accounts.clear_api_key(reading.user.id, reading.user.api_key.version)  # type: ignore[union-attr]

    entry = reading.upload()

    assert entry.error
    assert entry.error.code == "openai_key_missing"


def test_a_deleted_assistant_takes_no_file(reading: Reading) -> None:
    reading.upstream.holds = True
    entry = reading.upload()
    reading.assistants.delete(reading.user.id, 1, reading.clock())
    reading.upstream.holds = False

    reading.deliver()

    entry = reading.uploads.file(reading.user.id, entry.upload_id, 0)
    assert entry.state is UploadState.FAILED
    assert reading.mine() == []


def test_quotas_hold(reading: Reading) -> None:
    for number in range(QUOTA.files_per_assistant):
        reading.upload(f"{number}.txt", f"text {number}".encode())
    entry = reading.upload("more.txt", b"more")
    assert entry.error
    assert entry.error.code == "assistant_files_reached"
    assert reading.mine()[-1].path != "more.txt"

    entry = reading.upload("big.txt", b"x" * QUOTA.size, assistant_id=2)
    assert entry.error
    assert entry.error.code == "file_quota_reached"
    # The one too many is the reaper's.
    assert len(reading.shelves.discarded) == 1
    assert len(reading.buckets.copies) == QUOTA.files_per_assistant + 1


def test_forms_beyond_the_quota_are_not_given(reading: Reading) -> None:
    with pytest.raises(LimitExceededError):
        reading.announce(("big.txt", b"x" * (QUOTA.size + 1)))
    assert (reading.counted("upload"), reading.counted("staged_bytes")) == (0, 0)
    assert reading.shelves.opened == {}


def test_what_takes_a_day_is_given_up(reading: Reading) -> None:
    reading.upstream.holds = True
    entry = reading.upload()
    reading.clock.advance(LONGEST_LIFE)
    reading.deliver()

    entry = reading.uploads.file(reading.user.id, entry.upload_id, 0)
    assert entry.error
    assert entry.error.code == "upload_expired"


def test_who_kills_its_workers_is_given_up(reading: Reading) -> None:
    """Whatever there is in the file: each attempt that says nothing more counts as failed."""
    upload = reading.announce(("pump.txt", TEXT), assistant_id=1)
    reading.wire(Life(2))
    with pytest.raises(Killed):
        reading.arrive(upload, 0, TEXT)
    for _ in range(MOST_FAILURES * 2):
        reading.clock.advance(2 * LEASE)
        reading.wire(Life(5))
        try:
            reading.work.look_at(reading.user.id, upload.id, 0, reading.shift())
        except Killed:
            continue
    reading.recover()

    (entry,) = reading.entries(upload)
    assert entry.error
    assert entry.error.code == "upload_abandoned"
    assert reading.mine() == []


@pytest.mark.parametrize("unanswered", [False, True])
def test_killed_anywhere_it_is_gone_on_with(unanswered: bool) -> None:  # noqa: FBT001 - a parameter
    calls = 0
    while True:
        reading = Reading()
        reading.wire(Life(calls, unanswered=unanswered))
        try:
            reading.upload()
        except Killed:
            reading.recover()
        else:
            break
        calls += 1
        if not reading.shelves.opened:
            # Nothing was recorded, and nobody was told anything.
            assert reading.mine() == []
            continue
        (file,) = reading.mine()
        assert reading.attached() == ["pump.txt"]
        assert reading.searchable() == {TEXT}
        assert reading.buckets.copies == {(reading.user.id, file.id): TEXT}
        assert not reading.files.shelf(reading.user.id, 1).is_pending
        (upload,) = reading.shelves.opened.values()
        assert (upload.completed, upload.failed, upload.is_over) == (1, 0, True)
        # At most one that nobody knows of.
        assert len(reading.upstream.projects[KEY].files) <= 2
    assert calls > 10
