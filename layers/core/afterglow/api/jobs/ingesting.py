"""Working the ingest queue off: each message by itself, and only those that failed come again."""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow import bootstrap
from afterglow.api.jobs.failures import job
from afterglow.api.jobs.passes import last_step_at, timed
from afterglow.api.jobs.queue_messages import Arrival, Errand, Foreign, messages_in
from afterglow.domain.errors import DomainError
from afterglow.observability import log_failure, logger
from afterglow.services.pacing import Shift
from afterglow.services.upload_work import UploadWork
from afterglow.settings import settings

QueueEvent = dict[str, Any]


def ingest(event: QueueEvent, context: LambdaContext) -> PartialItemFailureResponse:
    """Work messages off, and return which are to come again. Log one line of counts."""
    log = timed(context)
    # A batch that fails as a whole would be raised, with every word of its errors.
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    answer = process_partial_response(
        event=event,
        record_handler=partial(_work_off, shift=Shift(bootstrap.now(), last_step_at(context))),
        processor=processor,
        context=context,
    )
    log("ingested", messages=len(event["Records"]), failed=len(answer["batchItemFailures"]))
    return answer


def _work_off(record: SQSRecord, *, shift: Shift) -> None:
    with job("ingest", message_id=record.message_id):
        work = bootstrap.upload_work()
        for message in messages_in(record.body, settings().staging_bucket):
            match message:
                case Arrival(user_id, upload_id, number):
                    work.arrived(user_id, upload_id, number, shift)
                case Errand(user_id, upload_id, None):
                    _plan(work, user_id, upload_id)
                case Errand(user_id, upload_id, int(number)):
                    work.look_at(user_id, upload_id, number, shift)
                case Foreign():
                    logger.warning("not ours", extra={"message_id": record.message_id})


def _plan(work: UploadWork, user_id: int, upload_id: str) -> None:
    """Plan an upload. A key that is missing or opens nothing just now is no poison.

    The sweeper has it tried again, for a day.
    """
    try:
        work.plan(user_id, upload_id)
    except DomainError as error:
        log_failure(error, user_id=user_id, upload_id=upload_id)
