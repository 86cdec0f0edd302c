"""Uploads and their files: what fake and adapter both promise."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import ConflictError, NotFoundError, SupersededError
from afterglow.domain.models import (
    IdempotencyClaim,
    IdempotencyRecord,
    Upload,
    UploadError,
    UploadFile,
    UploadKind,
    UploadState,
)
from afterglow.ports.uploads import DueUpload
from tests.contract.uploading import (
    LATER,
    an_entry,
    an_upload,
    assistant,
    claimed,
    counted,
    opened,
)
from tests.contract.worlds import World
from tests.fakes.clock import NOON

WHY = UploadError("file_type", "Not accepted")
STEP = timedelta(milliseconds=1)


def is_pending(world: World, assistant_id: int = 1) -> bool:
    """Tell whether an assistant of the test's user waits for a file."""
    return world.files.shelf(world.user_id, assistant_id).is_pending


def stored(world: World, entry: UploadFile) -> UploadFile:
    """Return a file of an upload as it is stored."""
    return world.uploads.file(entry.user_id, entry.upload_id, entry.number)


def test_an_upload_is_kept_as_it_was_given(world: World) -> None:
    upload = an_upload(world, kind=UploadKind.DIRECTORY, assistant_id=3, directory="docs", total=2)
    entries = [
        an_entry(upload, state=UploadState.AWAITING, content_type="text/plain"),
        an_entry(
            upload,
            1,
            sha256="ab" * 32,
            attempt=2,
            failures=1,
            file_id="file-1",
            staged_as=("upload_x", 7),
            is_known=True,
            error=WHY,
            lease_until=LATER,
        ),
    ]

    world.uploads.open(upload, entries)

    assert world.uploads.get(world.user_id, upload.id) == upload
    assert list(world.uploads.files(world.user_id, upload.id)) == entries
    assert [stored(world, entry) for entry in entries] == entries


def test_uploads_are_their_owners(world: World) -> None:
    upload, (entry,) = opened(world)

    reads: tuple[Callable[[], object], ...] = (
        lambda: world.uploads.get(world.user_id + 1, upload.id),
        lambda: world.uploads.get(world.user_id, "upload_unknown"),
        lambda: world.uploads.file(world.user_id + 1, upload.id, 0),
        lambda: world.uploads.file(world.user_id, upload.id, 1),
    )
    for read in reads:
        with pytest.raises(NotFoundError, match="Upload not found"):
            read()
    assert list(world.uploads.list(world.user_id + 1)) == []
    assert list(world.uploads.files(world.user_id + 1, upload.id)) == []
    with pytest.raises(SupersededError):
        world.uploads.claim(replace(entry, user_id=world.user_id + 1), LATER)


def test_the_latest_upload_comes_first(world: World) -> None:
    uploads = [an_upload(world, created_at=NOON + n * STEP) for n in range(7)]
    for upload in uploads:
        world.uploads.open(upload, [])
    world.uploads.open(an_upload(world, user_id=world.user_id + 1), [])
    listed = world.uploads.list(world.user_id)
    rest = world.uploads.list(world.user_id, before=uploads[4].id, page_size=2)

    assert list(listed) == uploads[::-1]
    assert list(rest) == uploads[3::-1]


def test_what_is_due_is_found_from_both_ends(world: World) -> None:
    _, entries = opened(world, 9, assistant_id=1)
    for number, entry in enumerate(entries):
        lease = LATER + number * STEP
        world.uploads.update(replace(entry, lease_until=lease))
    until = LATER + 5 * STEP

    assert [due.number for due in world.uploads.due()] == list(range(9))
    latest = list(world.uploads.latest_due(until))
    assert [due.number for due in latest] == list(range(5, -1, -1))
    assert latest[0].lease_until == until


def test_many_files_are_there_by_number(world: World) -> None:
    upload, entries = opened(world, 60, assistant_id=1)

    assert list(world.uploads.files(world.user_id, upload.id)) == entries
    beyond = world.uploads.files(world.user_id, upload.id, after=41, page_size=5)
    assert list(beyond) == entries[42:]
    assert world.uploads.get(world.user_id, upload.id).total == 60
    assert len(list(world.uploads.due())) == 60


def test_only_files_in_progress_for_an_assistant_are_pending(world: World) -> None:
    opened(world, state=UploadState.AWAITING, assistant_id=1)
    opened(world, state=UploadState.STAGED)
    assert not is_pending(world)

    opened(world, assistant_id=1)

    assert is_pending(world)
    assert not is_pending(world, 2)
    assert not world.files.shelf(world.user_id + 1, 1).is_pending


def test_an_upload_is_what_its_key_has_made(world: World) -> None:
    claim = IdempotencyClaim(world.user_id, "k" * 64, "a request", NOON + timedelta(hours=24))
    upload, _ = opened(world, claim=claim)
    second = an_upload(world, assistant_id=1)
    entries = [an_entry(second, number) for number in range(30)]

    with pytest.raises(ConflictError):
        world.uploads.open(second, entries, claim=claim)

    assert world.idempotency.find(claim) == IdempotencyRecord("a request", upload.id)
    assert list(world.uploads.list(world.user_id)) == [upload]
    assert list(world.uploads.files(world.user_id, second.id)) == []
    assert not is_pending(world)


@pytest.mark.parametrize("assistant_id", [1, None])
def test_what_arrives_is_received_once(world: World, assistant_id: int | None) -> None:
    _, (entry,) = opened(world, state=UploadState.AWAITING, assistant_id=assistant_id)
    state = UploadState.STAGED if assistant_id is None else UploadState.IN_PROGRESS
    received = replace(entry, state=state, size=99, lease_until=LATER)

    assert world.uploads.receive(received) == received

    assert stored(world, entry) == received
    assert is_pending(world) == (assistant_id is not None)
    assert len(list(world.uploads.due())) == (assistant_id is not None)
    with pytest.raises(SupersededError) as late:
        world.uploads.receive(received)
    assert late.value.code == "upload_superseded"


def test_what_nobody_waits_for_is_not_received(world: World) -> None:
    _, (entry,) = opened(world, state=UploadState.AWAITING, assistant_id=1)
    world.uploads.end(entry.ended(UploadState.CANCELLED))

    for unexpected in (entry, replace(entry, number=1)):
        with pytest.raises(SupersededError):
            world.uploads.receive(replace(unexpected, state=UploadState.IN_PROGRESS))

    assert not is_pending(world)


def test_of_two_who_claim_a_file_as_it_was_read_one_has_it(world: World) -> None:
    _, (entry,) = opened(world, assistant_id=1)

    mine = world.uploads.claim(replace(entry, failures=1), LATER)

    assert mine == replace(entry, attempt=1, failures=1, lease_until=LATER)
    assert stored(world, entry) == mine
    steps: tuple[Callable[[], object], ...] = (
        lambda: world.uploads.claim(entry, LATER),
        lambda: world.uploads.update(entry),
        lambda: world.uploads.end(entry.ended(UploadState.FAILED, WHY)),
    )
    for late in steps:
        with pytest.raises(SupersededError):
            late()
    assert stored(world, entry) == mine
    assert world.uploads.claim(mine, LATER).attempt == 2


def test_what_was_put_off_meanwhile_is_not_claimed(world: World) -> None:
    _, (entry,) = opened(world)
    world.uploads.update(replace(entry, lease_until=LATER))

    with pytest.raises(SupersededError):
        world.uploads.claim(entry, LATER + STEP)


@pytest.mark.parametrize("state", [UploadState.AWAITING, UploadState.STAGED])
def test_what_is_not_in_progress_is_not_worked_at(world: World, state: UploadState) -> None:
    _, (entry,) = opened(world, state=state)

    with pytest.raises(SupersededError):
        world.uploads.claim(entry, LATER)
    with pytest.raises(SupersededError):
        world.uploads.update(entry)

    assert list(world.uploads.due()) == []


def test_an_update_says_everything_anew(world: World) -> None:
    entry = claimed(world, 1, sha256="ab", file_id="file-1", is_known=True)
    changed = replace(
        entry, size=7, sha256=None, content_type="x", file_id=None, is_known=False, failures=3
    )

    world.uploads.update(changed)

    assert stored(world, entry) == changed
    assert is_pending(world)


@pytest.mark.parametrize(
    ("state", "is_known", "counts"),
    [
        (UploadState.COMPLETED, True, (1, 0, 0, 1)),
        (UploadState.COMPLETED, False, (1, 0, 0, 0)),
        (UploadState.FAILED, True, (0, 1, 0, 0)),
        (UploadState.CANCELLED, False, (0, 0, 1, 0)),
    ],
)
def test_an_end_is_counted_once(
    world: World, state: UploadState, *, is_known: bool, counts: tuple[int, ...]
) -> None:
    entry = claimed(world, 1, is_known=is_known)
    ended = entry.ended(state, WHY)

    world.uploads.end(ended)

    assert stored(world, entry) == ended
    assert counted(world, entry.upload_id) == counts
    assert world.uploads.get(world.user_id, entry.upload_id).is_over
    assert not is_pending(world)
    assert list(world.uploads.due()) == []
    with pytest.raises(SupersededError):
        world.uploads.end(ended)
    assert counted(world, entry.upload_id) == counts


@pytest.mark.parametrize(
    "state", [UploadState.AWAITING, UploadState.STAGED, UploadState.IN_PROGRESS]
)
def test_whatever_is_not_over_can_be_ended(world: World, state: UploadState) -> None:
    upload, (entry, other) = opened(world, 2, state=state, assistant_id=1)

    world.uploads.end(entry.ended(UploadState.CANCELLED))

    assert stored(world, entry).state is UploadState.CANCELLED
    assert stored(world, other) == other
    assert counted(world, upload.id) == (0, 0, 1, 0)
    assert not world.uploads.get(world.user_id, upload.id).is_over


def test_what_is_due_is_found_the_longest_due_first(world: World) -> None:
    upload, entries = opened(world, 9, assistant_id=1)
    for entry in entries:
        world.uploads.claim(entry, NOON + (9 - entry.number) * STEP)
    unplanned = an_upload(world, lease_until=NOON + STEP / 2, kind=UploadKind.MOVE)
    world.uploads.open_unplanned(unplanned)
    other, (theirs,) = opened(world)

    due = list(world.uploads.due())

    user_id = world.user_id
    assert due == [
        DueUpload(user_id, other.id, theirs.number, NOON),
        DueUpload(user_id, unplanned.id, None, NOON + STEP / 2),
        *(DueUpload(user_id, upload.id, 9 - n, NOON + n * STEP) for n in range(1, 10)),
    ]


def a_plan(upload: Upload, count: int, assistant_id: int = 1) -> list[UploadFile]:
    """Return so many files that an upload is to have."""
    return [
        an_entry(upload, n, assistant_id=assistant_id, file_id=f"file-{n}") for n in range(count)
    ]


def test_an_upload_is_planned_once(world: World) -> None:
    upload = an_upload(world, kind=UploadKind.MOVE, is_planned=False, lease_until=LATER)
    world.uploads.open_unplanned(upload)
    assert world.uploads.get(world.user_id, upload.id) == upload
    assert not upload.is_over
    plan = a_plan(upload, 120)

    planned = world.uploads.plan(upload, plan)

    assert planned == replace(upload, is_planned=True, total=120)
    assert list(world.uploads.files(world.user_id, upload.id)) == plan
    assert is_pending(world)
    claimed = world.uploads.claim(plan[0], LATER)
    assert world.uploads.plan(upload, a_plan(upload, 121)) == planned
    assert list(world.uploads.files(world.user_id, upload.id)) == [claimed, *plan[1:]]
    assert {due.number for due in world.uploads.due()} == set(range(120))


def test_a_plan_of_nothing_is_over(world: World) -> None:
    upload = an_upload(world, kind=UploadKind.MOVE)
    world.uploads.open_unplanned(upload)

    assert world.uploads.plan(upload, []).is_over
    assert list(world.uploads.due()) == []


def test_an_upload_that_is_not_there_is_not_planned(world: World) -> None:
    upload = an_upload(world)

    with pytest.raises(NotFoundError):
        world.uploads.plan(upload, a_plan(upload, 1))

    assert list(world.uploads.files(world.user_id, upload.id)) == []
    assert not is_pending(world, assistant(world))
