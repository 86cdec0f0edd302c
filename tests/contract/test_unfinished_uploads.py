"""How many uploads of a user may be unfinished."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from afterglow.adapters.dynamodb.upload_writing import write_batch
from afterglow.domain.errors import ConflictError
from afterglow.domain.models import IdempotencyClaim, Upload, UploadFile, UploadState
from tests.contract.uploading import LATER, an_entry, an_upload
from tests.contract.worlds import World, deployed
from tests.fakes.clock import NOON
from tests.tables import dump
from tests.wiretap import Wiretap

MOST = 2


def begin(
    world: World, files: int = 1, claim: IdempotencyClaim | None = None, **facts: object
) -> Upload:
    """Begin an upload that is counted."""
    upload = an_upload(world, **facts)
    entries = [an_entry(upload, number) for number in range(files)]
    world.uploads.open(upload, entries, claim=claim, most=MOST)
    return upload


def end(world: World, upload: Upload) -> None:
    """Have every file of an upload be over."""
    for entry in world.uploads.files(upload.user_id, upload.id):
        world.uploads.end(entry.ended(UploadState.FAILED))


def refused(begun: Callable[[], object]) -> bool:
    """Tell whether too many are unfinished."""
    try:
        begun()
    except ConflictError as error:
        return error.message == "Other folders are being uploaded"
    return False


def test_one_more_begins_when_one_is_over(world: World) -> None:
    first, _ = begin(world), begin(world)
    assert refused(lambda: begin(world))
    assert len(list(world.uploads.list(world.user_id))) == MOST
    end(world, first)

    third = begin(world)

    assert refused(lambda: begin(world))
    end(world, third)
    assert not refused(lambda: begin(world))


def test_others_are_not_counted(world: World) -> None:
    for _ in range(MOST + 1):
        upload = an_upload(world)
        world.uploads.open(upload, [an_entry(upload)])
    for _ in range(MOST):
        begin(world)
    upload = an_upload(world)

    world.uploads.open(upload, [an_entry(upload)])

    assert refused(lambda: begin(world))


def test_one_that_never_ends_is_counted_for_a_day(world: World) -> None:
    for _ in range(MOST):
        begin(world)
    day = timedelta(days=1)

    assert refused(lambda: begin(world, created_at=NOON + day - timedelta(seconds=1)))
    for _ in range(MOST):
        begin(world, created_at=NOON + day)
    assert refused(lambda: begin(world, created_at=NOON + day))


def test_what_is_refused_leaves_nothing(aws: Wiretap) -> None:
    assert aws is not None
    world = deployed()
    for _ in range(MOST):
        begin(world)
    before = dump()

    assert refused(lambda: begin(world, files=60))

    assert dump() == before


def test_a_claim_of_another_request_counts_nothing(world: World) -> None:
    claim = IdempotencyClaim(world.user_id, "k" * 64, "a request", LATER)
    begin(world, claim=claim)

    with pytest.raises(ConflictError):
        begin(world, claim=claim)

    assert not refused(lambda: begin(world))


@pytest.mark.parametrize("before", range(MOST))
def test_one_that_begins_meanwhile_is_counted(
    aws: Wiretap, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    assert aws is not None
    world = deployed()
    for _ in range(before):
        begin(world)
    began: list[bool] = []

    def write_after_another(files: Sequence[UploadFile]) -> None:
        if not began:
            began.append(True)
            begin(world)
        write_batch(files)

    monkeypatch.setattr(
        "afterglow.adapters.dynamodb.upload_opening.write_batch", write_after_another
    )

    assert refused(lambda: begin(world)) == (before + 1 == MOST)
    assert len(list(world.uploads.list(world.user_id))) == MOST
    assert refused(lambda: begin(world))
