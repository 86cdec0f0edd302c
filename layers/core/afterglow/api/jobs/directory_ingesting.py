"""The steps of the state machine of big uploads: which chunks there are, and one chunk moved on."""

from typing import Literal, NotRequired, TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow import bootstrap
from afterglow.api.jobs.failures import job
from afterglow.api.jobs.passes import last_step_at, timed
from afterglow.observability import log_failure
from afterglow.services.chunks import Chunk


class ChunksEvent(TypedDict):
    """Which upload is to be divided."""

    step: Literal["chunks"]
    user_id: int
    upload_id: str


class WorkEvent(TypedDict):
    """Which files of an upload are to be moved on, the last included, after how many passes."""

    step: Literal["work"]
    user_id: int
    upload_id: str
    first: int
    last: int
    # An execution goes on with the definition that it began with: older ones count none.
    passes: NotRequired[int]


class FirstAndLast(TypedDict):
    """The numbers of the first and the last file."""

    first: int
    last: int


class Chunks(TypedDict):
    """All files of an upload."""

    chunks: list[FirstAndLast]


class WorkOutcome(TypedDict):
    """Whether the chunk is over, and else in how many seconds to look again; passes so far."""

    is_over: bool
    wait_seconds: int
    passes: int


DirectoryEvent = ChunksEvent | WorkEvent


def ingest_directory(event: DirectoryEvent, context: LambdaContext) -> Chunks | WorkOutcome:
    """Do one step. That a chunk is not over is no error.

    Raises JobFailedError if nothing could be done.
    """
    if event["step"] == "chunks":
        return _chunks(event, context)
    return _work(event, context)


def _chunks(event: ChunksEvent, context: LambdaContext) -> Chunks:
    log, user_id, upload_id = timed(context), event["user_id"], event["upload_id"]
    with job("chunks", user_id=user_id, upload_id=upload_id):
        found = bootstrap.directory_service().chunks(user_id, upload_id)
    log("divided", user_id=user_id, upload_id=upload_id, chunks=len(found))
    return Chunks(chunks=[FirstAndLast(first=each.first, last=each.last) for each in found])


def _work(event: WorkEvent, context: LambdaContext) -> WorkOutcome:
    log, user_id, upload_id = timed(context), event["user_id"], event["upload_id"]
    chunk = Chunk(event["first"], event["last"], event.get("passes", 0))
    with job("work", user_id=user_id, upload_id=upload_id):
        result = bootstrap.directory_service().work_off(
            user_id, upload_id, chunk, until=last_step_at(context)
        )
    for failure in result.failures:
        log_failure(failure, user_id=user_id, upload_id=upload_id)
    outcome = WorkOutcome(
        is_over=result.is_over, wait_seconds=result.wait_seconds, passes=chunk.passes + 1
    )
    log("worked off", user_id=user_id, upload_id=upload_id, first=chunk.first, **outcome)
    return outcome
