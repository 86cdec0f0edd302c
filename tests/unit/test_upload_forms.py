"""Uploads by forms: announced, arrived, staged, and taken by folders."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    RateLimitError,
)
from afterglow.domain.models import (
    File,
    IdempotencyClaim,
    Upload,
    UploadFile,
    UploadKind,
    UploadState,
)
from afterglow.services.announcing import MOST_FORMS, Announced
from afterglow.services.chunks import Chunk
from afterglow.services.ingesting import LEASE
from afterglow.services.limiting import Limits
from tests.mortality import Killed, Life
from tests.unit.account_world import ALLOWANCES, SUBJECTS
from tests.unit.library import BUDGET, OTHER_KEY, STAGED, Reading

GUIDE, NOTES = ("docs/guide.md", b"# Guide"), ("docs/notes/a.txt", b"A note.")
OTHER = ("documents/other.txt", b"Another folder.")


@pytest.fixture
def reading() -> Reading:
    """Return what is stored."""
    return Reading()


def cancel(reading: Reading, upload_id: str) -> Upload:
    return reading.service.cancel(reading.user, upload_id, until=reading.clock() + BUDGET)


def states(entries: list[UploadFile]) -> list[UploadState]:
    return [entry.state for entry in entries]


def test_what_arrives_goes_to_its_assistant(reading: Reading) -> None:
    upload = reading.announce(GUIDE, NOTES, assistant_id=1)
    forms = [reading.forms.form(entry) for entry in reading.entries(upload)]
    assert all(form and form.fields["key"] for form in forms)
    assert not reading.files.shelf(reading.user.id, 1).is_pending

    reading.arrive(upload, 1, NOTES[1])

    assert states(reading.entries(upload)) == [UploadState.AWAITING, UploadState.COMPLETED]
    assert reading.attached() == ["docs/notes/a.txt"]
    assert next(reading.service.files(upload)).state is UploadState.AWAITING
    reading.clock.advance(timedelta(hours=2))
    assert next(reading.service.files(upload)).state is UploadState.EXPIRED


def test_an_event_that_comes_again_or_late_changes_nothing(reading: Reading) -> None:
    upload = reading.announce(GUIDE, assistant_id=1)
    for _ in range(3):
        reading.arrive(upload, 0, GUIDE[1])
    assert reading.upstream.called("upload") == 1

    for place in ((reading.user.id, upload.id, 7), (reading.user.id, "upload_x", 0), (1, "u", 0)):
        reading.work.arrived(*place, reading.shift())
        reading.work.look_at(*place, reading.shift())
    reading.work.plan(reading.user.id, "upload_x")
    assert len(reading.mine()) == 1
    assert reading.queue.sent == []


def test_bytes_that_are_not_those_announced_are_refused(reading: Reading) -> None:
    upload = reading.announce(GUIDE, assistant_id=1)
    reading.arrive(upload, 0, b"# Guise")

    (entry,) = reading.entries(upload)
    assert entry.error
    assert entry.error.code == "checksum_mismatch"
    assert reading.mine() == []


def test_names_that_no_tool_reads_fail_from_the_start(reading: Reading) -> None:
    upload = reading.announce(GUIDE, ("a.csv", b"1,2"), ("b.exe", b"MZ"), assistant_id=1)

    entries = reading.entries(upload)
    assert states(entries) == [UploadState.AWAITING, UploadState.FAILED, UploadState.FAILED]
    assert [reading.forms.form(entry) is None for entry in entries] == [False, True, True]
    assert reading.uploads.get(reading.user.id, upload.id).failed == 2


@pytest.mark.parametrize(
    "announced",
    [
        [],
        [Announced("a.txt", 0)],
        [Announced("a.txt", 2**29 + 1)],
        [Announced("a.txt", 1), Announced("a.txt", 2)],
        [Announced(f"{number}.txt", 1) for number in range(MOST_FORMS + 1)],
    ],
)
def test_what_cannot_be_announced(reading: Reading, announced: list[Announced]) -> None:
    with pytest.raises(InvalidInputError):
        reading.forms.open(reading.user, 1, announced)
    assert (reading.counted("upload"), reading.shelves.opened) == (0, {})


def test_bytes_are_counted_of_which_forms_are_given(reading: Reading) -> None:
    reading.upload(*GUIDE)
    reading.stage(NOTES)
    assert reading.counted("staged_bytes") == len(NOTES[1])

    reading.announce(GUIDE, assistant_id=1)
    reading.announce(GUIDE, NOTES, OTHER, ("b.exe", b"MZ"))

    assert reading.counted("staged_bytes") == len(NOTES[1] + OTHER[1])
    assert reading.counted("upload") == 3


def test_known_files_for_an_assistant_are_counted_as_a_folders_are(reading: Reading) -> None:
    reading.upload(*GUIDE)
    reading.upload(*NOTES)

    reading.announce(GUIDE, NOTES)
    assert reading.counted("directory_files") == 0

    reading.announce(GUIDE, NOTES, OTHER, ("b.exe", b"MZ"), assistant_id=1)
    assert reading.counted("directory_files") == 2


def test_beyond_a_days_files_no_known_one_goes_on(reading: Reading) -> None:
    reading.upload(*GUIDE)
    few = replace(ALLOWANCES, directory_files_per_day=3)
    limits = Limits(reading.limiter, SUBJECTS, few, reading.clock)
    reading.forms = replace(reading.forms, charge_announcement=limits.announcement)
    for _ in range(3):
        reading.announce(GUIDE, assistant_id=1)
    opened, counts = dict(reading.shelves.opened), reading.limiter.counts.copy()

    with pytest.raises(RateLimitError):
        reading.announce(GUIDE, OTHER, assistant_id=1)

    assert (reading.shelves.opened, reading.limiter.counts) == (opened, counts)
    reading.announce(GUIDE, OTHER)


def test_beyond_a_days_bytes_nothing_is_opened_staged_or_counted(reading: Reading) -> None:
    reading.upload(*GUIDE)
    for number in range(4):
        reading.announce((f"{number}.txt", b"x" * (STAGED // 4)))
    opened, counts = dict(reading.shelves.opened), dict(reading.limiter.counts)

    with pytest.raises(RateLimitError):
        reading.announce(GUIDE, ("a.txt", b"x"))

    assert (reading.shelves.opened, reading.limiter.counts) == (opened, counts)
    assert reading.uploads.staged(reading.user.id, "docs") == []
    assert reading.queue.sent == []
    reading.announce(GUIDE)
    reading.clock.advance(timedelta(hours=12))
    reading.announce(("a.txt", b"x" * (STAGED // 4)))


def test_of_two_requests_of_one_claim_one_is_counted(reading: Reading) -> None:
    claim = IdempotencyClaim(
        reading.user.id, "a key", "a request", reading.clock() + timedelta(hours=24)
    )
    reading.announce(GUIDE, claim=claim)

    with pytest.raises(ConflictError):
        reading.announce(GUIDE, claim=claim)

    assert (reading.counted("upload"), reading.counted("staged_bytes")) == (1, len(GUIDE[1]))


def test_a_foreign_assistant_is_no_assistant(reading: Reading) -> None:
    with pytest.raises(NotFoundError):
        reading.announce(GUIDE, assistant_id=77)


def test_what_is_known_need_not_come_again(reading: Reading) -> None:
    reading.upload(*GUIDE)

    upload = reading.announce(GUIDE, NOTES, assistant_id=2)
    assert states(reading.entries(upload)) == [UploadState.IN_PROGRESS, UploadState.AWAITING]
    reading.deliver()

    assert reading.attached(2) == ["docs/guide.md"]
    assert reading.upstream.called("upload") == 1


def test_a_folder_takes_what_is_staged_in_it(reading: Reading) -> None:
    staged = reading.stage(GUIDE, NOTES, OTHER)
    assert states(reading.entries(staged)) == [UploadState.STAGED] * 3
    assert reading.mine() == []

    upload = reading.directories.open(reading.user, 1, "docs")
    assert reading.launcher.launched == [upload.id]
    assert reading.files.shelf(reading.user.id, 1).is_pending
    reading.work_off(upload)

    assert reading.attached() == ["docs/guide.md", "docs/notes/a.txt"]
    stored = reading.service.get(reading.user, upload.id, wait_until=reading.clock())
    assert (stored.total, stored.completed, stored.known, stored.is_over) == (2, 2, 0, True)
    assert not reading.files.shelf(reading.user.id, 1).is_pending


def test_a_folder_that_is_taken_twice_sends_nothing_twice(reading: Reading) -> None:
    reading.stage(GUIDE, NOTES)
    uploads = [reading.directories.open(reading.user, 1, "docs") for _ in range(2)]
    for upload in uploads:
        reading.work_off(upload)
    again = reading.directories.open(reading.user, 1, "docs")
    reading.work_off(again)

    assert reading.upstream.called("upload") == 2
    assert reading.uploads.get(reading.user.id, again.id).known == 2
    assert reading.attached() == ["docs/guide.md", "docs/notes/a.txt"]


def test_what_was_staged_is_not_sent_again(reading: Reading) -> None:
    reading.stage(GUIDE)
    again = reading.announce(GUIDE, NOTES)
    assert states(reading.entries(again)) == [UploadState.STAGED, UploadState.AWAITING]

    changed = (GUIDE[0], b"# Guide, second edition")
    reading.stage(changed)
    upload = reading.directories.open(reading.user, 1, "docs")
    reading.work_off(upload)
    assert reading.searchable() == {changed[1]}

    # Known now, wherever it is: the folder can be taken without a byte.
    reading.clock.advance(timedelta(days=2))
    with pytest.raises(NotFoundError):
        reading.directories.open(reading.user, 2, "docs")
    reading.stage(changed)
    reading.work_off(reading.directories.open(reading.user, 2, "docs"))
    assert reading.searchable(assistant_id=2) == {changed[1]}
    assert reading.upstream.called("upload") == 1


def test_one_bad_file_does_not_stop_a_folder(reading: Reading) -> None:
    reading.stage(GUIDE, ("docs/bad.pdf", b"no PDF at all"), NOTES)
    upload = reading.directories.open(reading.user, 1, "docs")
    reading.work_off(upload)

    stored = reading.uploads.get(reading.user.id, upload.id)
    assert (stored.completed, stored.failed, stored.is_over) == (2, 1, True)


def test_many_files_are_worked_off_in_chunks_that_wait_for_none(reading: Reading) -> None:
    reading.upstream.holds = True
    reading.stage(*[(f"docs/{number}.txt", f"text {number}".encode()) for number in range(8)])
    upload = reading.directories.open(reading.user, 1, "docs")
    assert reading.directories.chunks(reading.user.id, upload.id) == [Chunk(0, 7)]
    assert reading.directories.chunks(reading.user.id, "upload_x") == []
    began = reading.clock()

    result = reading.directories.work_off(
        reading.user.id, upload.id, Chunk(0, 7), until=reading.clock() + BUDGET
    )

    assert (result.is_over, result.wait_seconds) == (False, 2)
    assert reading.clock() == began
    assert reading.upstream.called("upload") == 8
    reading.upstream.holds = False
    reading.clock.advance(timedelta(seconds=2))
    reading.work_off(upload)
    assert len(reading.attached()) == 8


def test_without_the_state_machine_the_sweeper_does_it(reading: Reading) -> None:
    reading.stage(GUIDE, NOTES)
    upload = reading.directories.open(reading.user, 1, "docs")

    reading.recover()

    assert reading.uploads.get(reading.user.id, upload.id).is_over
    assert reading.attached() == ["docs/guide.md", "docs/notes/a.txt"]


def test_cancelling_ends_what_is_not_over(reading: Reading) -> None:
    reading.upstream.holds = True
    upload = reading.announce(GUIDE, NOTES, assistant_id=1)
    reading.arrive(upload, 0, GUIDE[1])

    cancelled = cancel(reading, upload.id)

    assert (cancelled.cancelled, cancelled.is_over) == (2, True)
    assert reading.mine() == []
    assert not reading.files.shelf(reading.user.id, 1).is_pending
    reading.upstream.holds = False
    reading.deliver()
    reading.arrive(upload, 1, NOTES[1])
    assert reading.attached() == []
    assert cancel(reading, upload.id) == cancelled


def test_files_that_follow_the_key_are_not_held_back(reading: Reading) -> None:
    reading.upload()
    reading.change_key(OTHER_KEY)
    (move,) = (each for each in reading.shelves.opened.values() if each.kind is UploadKind.MOVE)

    with pytest.raises(ConflictError):
        cancel(reading, move.id)

    reading.recover()
    assert reading.searchable(OTHER_KEY) == {b"The pump delivers 42 litres a minute."}
    assert cancel(reading, move.id).completed == 1


def test_the_event_of_what_came_in_a_request_leaves_it_to_the_request(reading: Reading) -> None:
    upload = reading.announce(GUIDE, assistant_id=1)
    entry = replace(
        reading.uploads.file(reading.user.id, upload.id, 0),
        state=UploadState.IN_PROGRESS,
        lease_until=reading.clock() + LEASE,
    )
    direct = replace(upload, id=f"{upload.id}0", kind=UploadKind.DIRECT)
    entry = replace(entry, upload_id=direct.id)
    reading.uploads.open(direct, [entry])

    reading.arrive(direct, 0, GUIDE[1])
    assert reading.uploads.file(reading.user.id, direct.id, 0).attempt == 0

    reading.clock.advance(LEASE)
    reading.arrive(direct, 0, GUIDE[1])
    assert reading.attached() == ["docs/guide.md"]


def test_an_upload_that_is_over_stays_as_it_is(reading: Reading) -> None:
    entry = reading.upload()

    assert cancel(reading, entry.upload_id).completed == 1
    assert reading.attached() == ["pump.txt"]


def test_somebody_s_uploads_are_nobody_else_s(reading: Reading) -> None:
    entry = reading.upload()
    other = replace(reading.user, id=reading.user.id - 1)

    until = reading.clock() + BUDGET
    acts: list[Callable[[], object]] = [
        lambda: reading.service.get(other, entry.upload_id, wait_until=reading.clock()),
        lambda: reading.service.cancel(other, entry.upload_id, until=until),
        lambda: reading.directories.open(other, 1, "docs"),
    ]
    for act in acts:
        with pytest.raises(NotFoundError):
            act()
    assert list(reading.service.list(other)) == []


@pytest.mark.parametrize("unanswered", [False, True])
def test_whoever_takes_a_file_in_may_be_killed(unanswered: bool) -> None:  # noqa: FBT001 - a parameter
    calls = 0
    while True:
        reading = Reading()
        upload = reading.announce(GUIDE, assistant_id=1)
        reading.wire(Life(calls, unanswered=unanswered))
        try:
            reading.arrive(upload, 0, GUIDE[1])
        except Killed:
            # The queue delivers again what was not done with.
            reading.wire()
            reading.clock.advance(timedelta(minutes=6))
            reading.arrive(upload, 0, GUIDE[1])
            reading.recover()
        else:
            break
        assert reading.searchable() == {GUIDE[1]}
        assert reading.uploads.get(reading.user.id, upload.id).completed == 1
        assert len(reading.mine()) == len(reading.buckets.copies) == 1
        calls += 1
    assert calls > 10


def test_a_file_that_was_deleted_can_be_staged_again(reading: Reading) -> None:
    reading.stage(GUIDE)
    reading.work_off(reading.directories.open(reading.user, 1, "docs"))
    (file,) = reading.mine()
    reading.files.delete(file, reading.clock())

    again = reading.announce(GUIDE)

    assert states(reading.entries(again)) == [UploadState.AWAITING]
    reading.arrive(again, 0, GUIDE[1])
    reading.work_off(reading.directories.open(reading.user, 2, "docs"))
    assert reading.attached(2) == ["docs/guide.md"]


def test_a_folder_takes_the_staged_bytes_of_a_file_that_was_deleted(reading: Reading) -> None:
    reading.stage(GUIDE)
    reading.work_off(reading.directories.open(reading.user, 1, "docs"))
    (file,) = reading.mine()
    reading.files.delete(file, reading.clock())

    reading.work_off(reading.directories.open(reading.user, 2, "docs"))

    assert reading.attached(2) == ["docs/guide.md"]
    assert reading.searchable(assistant_id=2) == {GUIDE[1]}


def test_cancelled_while_it_is_taken_in_it_is_no_file(reading: Reading) -> None:
    reading.stage(GUIDE)
    upload = reading.directories.open(reading.user, 1, "docs")
    keep = reading.copies.keep

    def cancelled_meanwhile(staged: UploadFile, file: File) -> None:
        keep(staged, file)
        reading.service.cancel(reading.user, upload.id, until=reading.clock() + BUDGET)

    reading.copies.keep = cancelled_meanwhile  # type: ignore[method-assign]
    reading.work_off(upload)

    assert reading.uploads.get(reading.user.id, upload.id).cancelled == 1
    assert reading.mine() == []


def test_cancelling_one_upload_leaves_another_of_the_same_file_alone(reading: Reading) -> None:
    reading.upstream.holds = True
    reading.stage(GUIDE)
    first = reading.directories.open(reading.user, 1, "docs")
    second = reading.directories.open(reading.user, 2, "docs")
    for upload in (first, second):
        reading.directories.work_off(
            reading.user.id, upload.id, Chunk(0, 0), until=reading.clock() + BUDGET
        )

    reading.service.cancel(reading.user, first.id, until=reading.clock() + BUDGET)
    reading.upstream.holds = False
    reading.clock.advance(timedelta(minutes=2))
    reading.work_off(second)

    assert (reading.attached(), reading.attached(2)) == ([], ["docs/guide.md"])
    assert reading.searchable(assistant_id=2) == {GUIDE[1]}


def test_a_known_file_whose_upload_is_cancelled_is_not_found(reading: Reading) -> None:
    reading.upload(*GUIDE)
    reading.upstream.holds = True
    upload = reading.announce(GUIDE, assistant_id=2)
    reading.work.look_at(reading.user.id, upload.id, 0, reading.shift())

    reading.service.cancel(reading.user, upload.id, until=reading.clock() + BUDGET)

    assert reading.searchable(assistant_id=2) == set()
    assert reading.searchable() == {GUIDE[1]}


def test_the_queue_is_told_once_of_all_that_need_not_come(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    for known in (GUIDE, NOTES):
        reading.upload(*known)
    told: list[tuple[int, str, Sequence[int]]] = []
    monkeypatch.setattr(reading.queue, "send_many", lambda *sent: told.append(sent))

    upload = reading.announce(GUIDE, OTHER, NOTES, ("b.exe", b"MZ"), assistant_id=2)

    assert told == [(reading.user.id, upload.id, [0, 2])]
    assert reading.queue.sent == []


def test_forms_are_given_again_for_an_hour(reading: Reading) -> None:
    (entry,) = reading.entries(reading.announce(GUIDE))
    charged = dict(reading.limiter.counts)

    first = reading.forms.form(entry)
    reading.clock.advance(timedelta(hours=1))
    last = reading.forms.form(entry)
    assert first
    assert last
    assert (last.fields, reading.limiter.counts) == (first.fields, charged)

    reading.clock.advance(timedelta(seconds=1))
    assert reading.forms.form(entry) is None
