"""The queue of uploads on SQS."""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError

from afterglow.adapters.sqs import SqsUploadQueue
from tests.delivery import overheard
from tests.wiretap import Fault, Wiretap, answering, refusing, undisturbed

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

URL = os.environ["INGEST_QUEUE_URL"]
QUOTED = "what a vendor quotes"
queue = SqsUploadQueue(URL)
pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def sqs() -> "SQSClient":
    """Return a client of SQS, whose queue is empty: of what is held back or received as well."""
    client = boto3.client("sqs")
    client.delete_queue(QueueUrl=URL)
    client.create_queue(QueueName=URL.rpartition("/")[2])
    return client


def messages(sqs: "SQSClient") -> list[dict[str, Any]]:
    """Return what is in the queue."""
    bodies = []
    while found := sqs.receive_message(QueueUrl=URL, MaxNumberOfMessages=10).get("Messages"):
        bodies += [json.loads(each["Body"]) for each in found]
    return bodies


def logged(send: Callable[[], None]) -> list[dict[str, Any]]:
    """Return what is logged while something is sent."""
    with overheard() as log:
        send()
    return [json.loads(line) for line in log.getvalue().splitlines()]


def sent(*message: Any, **options: Any) -> list[dict[str, Any]]:
    """Send a message and return what was logged."""
    return logged(lambda: queue.send(*message, **options))


def test_a_message_is_ids(sqs: "SQSClient") -> None:
    assert sent(42, "upload_a", 7) == []

    assert messages(sqs) == [{"user_id": 42, "upload_id": "upload_a", "number": 7}]


def test_a_plan_has_no_number(sqs: "SQSClient") -> None:
    queue.send(42, "upload_a")

    assert messages(sqs) == [{"user_id": 42, "upload_id": "upload_a", "number": None}]


@pytest.mark.parametrize(
    ("after", "delay"),
    [
        (timedelta(), 0),
        (timedelta(seconds=20), 20),
        (timedelta(seconds=1.99), 2),
        (timedelta(minutes=15), 900),
        (timedelta(days=1), 900),
    ],
)
def test_a_message_waits_as_long_as_sqs_can_hold_it(
    aws: Wiretap, after: timedelta, delay: int
) -> None:
    given = []

    def noted(event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        given.append(json.loads(request.body)["DelaySeconds"])  # type: ignore[arg-type]
        return undisturbed(event_name, request)

    with aws.spoiling("SendMessage", noted):
        assert sent(42, "upload_a", 7, after=after) == []

    assert given == [delay]


def timing_out(_: str, request: AWSPreparedRequest) -> AWSResponse:
    """Give no answer."""
    raise ReadTimeoutError(endpoint_url=request.url)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (refusing("ThrottlingException", message=QUOTED), "ThrottlingException"),
        (refusing("ServiceUnavailable", 503, message=QUOTED), "ServiceUnavailable"),
        (refusing("AccessDenied", 403, message=QUOTED), "AccessDenied"),
        (timing_out, "ReadTimeoutError"),
    ],
)
def test_what_cannot_be_sent_is_left_to_the_sweeper(aws: Wiretap, fault: Fault, code: str) -> None:
    with aws.breaking("SendMessage", fault):
        (line,) = sent(42, "upload_a", 7)

    assert (line["level"], line["message"], line["code"]) == ("ERROR", "not queued", code)
    assert line["upload_id"] == "upload_a"
    assert QUOTED not in json.dumps(line)


def test_sending_gives_up_before_the_request_has_to(aws: Wiretap) -> None:
    asked = []

    def refused(event: str, request: AWSPreparedRequest) -> AWSResponse:
        asked.append(event)
        return refusing("ServiceUnavailable", 503)(event, request)

    with aws.breaking("SendMessage", refused):
        sent(42, "upload_a", 7)

    assert len(asked) == 2


def many(count: int) -> list[dict[str, Any]]:
    """Send a message for each of so many files, and return what was logged."""
    return logged(lambda: queue.send_many(42, "upload_a", range(count)))


@pytest.mark.parametrize(("count", "calls"), [(0, 0), (1, 1), (10, 1), (11, 2), (100, 10)])
def test_many_messages_go_ten_a_call(
    aws: Wiretap, sqs: "SQSClient", count: int, calls: int
) -> None:
    made = aws.during(lambda: many(count))

    assert [call.operation for call in made] == ["SendMessageBatch"] * calls
    expected = [{"user_id": 42, "upload_id": "upload_a", "number": n} for n in range(count)]
    assert sorted(messages(sqs), key=lambda body: body["number"]) == expected


def test_some_that_sqs_does_not_take_are_left_to_the_sweeper(
    aws: Wiretap, sqs: "SQSClient"
) -> None:
    refused = [
        {"Id": "3", "Code": "InternalError", "SenderFault": False, "Message": QUOTED},
        {"Id": "4", "Code": "InternalError", "SenderFault": False, "Message": QUOTED},
    ]
    answer = answering(json.dumps({"Successful": [], "Failed": refused}))

    with aws.spoiling("SendMessageBatch", answer):
        (line,) = many(12)

    assert (line["level"], line["message"], line["code"]) == (
        "ERROR",
        "not queued",
        "InternalError",
    )
    assert (line["messages"], line["upload_id"]) == (2, "upload_a")
    assert QUOTED not in json.dumps(line)
    # The next call is made all the same.
    assert sorted(body["number"] for body in messages(sqs)) == [10, 11]


@pytest.mark.parametrize("fault", [refusing("ServiceUnavailable", 503), timing_out])
def test_many_are_given_up_with_the_first_call_that_fails(aws: Wiretap, fault: Fault) -> None:
    asked = []

    def counted(event: str, request: AWSPreparedRequest) -> AWSResponse:
        asked.append(event)
        return fault(event, request)

    with aws.breaking("SendMessageBatch", counted):
        (line,) = many(100)

    assert len(asked) == 2
    assert (line["message"], line["messages"]) == ("not queued", 100)
