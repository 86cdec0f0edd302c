"""What the counting adapters ask of DynamoDB, and what they make of its faults."""

import os
from datetime import timedelta

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ClientError, ReadTimeoutError
from pynamodb.exceptions import DeleteError, GetError, UpdateError

from afterglow.adapters.dynamodb.limits import DynamoRateLimiter
from afterglow.adapters.dynamodb.login_failures import DynamoLoginFailureRepository
from afterglow.adapters.dynamodb.transactions import ConditionFailedError
from afterglow.domain.errors import RateLimitError
from afterglow.domain.login_failures import LoginFailures
from afterglow.domain.rates import Period, Window
from tests.fakes.clock import NOON, FakeClock
from tests.tables import empty_tables
from tests.wiretap import Wiretap, losing_the_reply, refusing

WINDOWS = (Window(Period.MINUTE, 1), Window(Period.DAY, 10))
ONE = LoginFailures(1, 1, NOON + timedelta(minutes=15), NOON)
TWO = LoginFailures(2, 2, NOON + timedelta(minutes=15), NOON)
THREE = LoginFailures(3, 3, NOON + timedelta(minutes=15), NOON)
FAULT = refusing("ValidationException")


@pytest.fixture(autouse=True)
def _empty(aws: Wiretap) -> None:
    assert aws is not None
    empty_tables()


@pytest.fixture
def limiter() -> DynamoRateLimiter:
    """Return the limiter, at noon."""
    return DynamoRateLimiter(FakeClock())


@pytest.fixture
def failures() -> DynamoLoginFailureRepository:
    """Return the failures."""
    return DynamoLoginFailureRepository()


def items() -> list[dict[str, object]]:
    """Return everything that is stored."""
    found = boto3.client("dynamodb").scan(TableName=os.environ["LIMITS_TABLE"])["Items"]
    return [{name: next(iter(value.values())) for name, value in item.items()} for item in found]


def test_a_count_is_one_call_whether_or_not_there_is_room(
    limiter: DynamoRateLimiter, aws: Wiretap
) -> None:
    def refused() -> None:
        with pytest.raises(RateLimitError):
            limiter.take("someone", "action", WINDOWS)

    taking = aws.during(lambda: limiter.take("someone", "action", WINDOWS))

    assert [call.operation for call in (*taking, *aws.during(refused))] == ["UpdateItem"] * 2


def test_a_count_is_one_item_that_goes_away_by_itself(limiter: DynamoRateLimiter) -> None:
    limiter.take("someone", "action", WINDOWS)

    # The day ends at midnight; it is kept for an hour more.
    expiry = int((NOON + timedelta(hours=13)).timestamp())
    assert items() == [
        {
            "owner": "someone",
            "item": "action#0000000000020779",
            "w60_720": "1",
            "w86400_0": "1",
            "expires_at": str(expiry),
            "v": "1",
        }
    ]


def test_failures_go_away_by_themselves_a_hundred_days_after_the_wait(
    failures: DynamoLoginFailureRepository,
) -> None:
    failures.change("someone", lambda _: ONE)

    (item,) = items()
    assert item["expires_at"] == str(int((NOON + timedelta(days=100)).timestamp()))


def test_what_cannot_be_counted_does_not_pass(limiter: DynamoRateLimiter, aws: Wiretap) -> None:
    with aws.breaking("UpdateItem", FAULT), pytest.raises(ClientError):
        limiter.take("someone", "action", WINDOWS)


def test_a_refusal_that_names_no_window_does_not_pass(
    limiter: DynamoRateLimiter, aws: Wiretap
) -> None:
    with (
        aws.spoiling("UpdateItem", refusing("ConditionalCheckFailedException")),
        pytest.raises(ConditionFailedError),
    ):
        limiter.take("someone", "action", WINDOWS)


def test_what_cannot_be_given_back_is_an_error(limiter: DynamoRateLimiter, aws: Wiretap) -> None:
    taken = limiter.take("someone", "action", WINDOWS)

    with aws.spoiling("UpdateItem", FAULT), pytest.raises(ClientError):
        limiter.give_back(taken)


def test_a_lost_reply_never_counts_too_little(limiter: DynamoRateLimiter, aws: Wiretap) -> None:
    with (
        aws.spoiling("UpdateItem", losing_the_reply),
        pytest.raises(RateLimitError),
    ):
        limiter.take("someone", "action", WINDOWS)


@pytest.mark.parametrize(
    ("operation", "error"), [("GetItem", GetError), ("UpdateItem", UpdateError)]
)
def test_failures_that_cannot_be_counted_are_an_error(
    failures: DynamoLoginFailureRepository, aws: Wiretap, operation: str, error: type[Exception]
) -> None:
    with aws.spoiling(operation, FAULT), pytest.raises(error):
        failures.change("someone", lambda _: ONE)


def test_a_time_out_is_what_it_is(failures: DynamoLoginFailureRepository, aws: Wiretap) -> None:
    def time_out(_: str, request: AWSPreparedRequest) -> AWSResponse:
        raise ReadTimeoutError(endpoint_url=request.url)

    with aws.breaking("UpdateItem", time_out), pytest.raises(UpdateError):
        failures.change("someone", lambda _: ONE)


def test_failures_that_cannot_be_forgotten_are_an_error(
    failures: DynamoLoginFailureRepository, aws: Wiretap
) -> None:
    with aws.spoiling("DeleteItem", FAULT), pytest.raises(DeleteError):
        failures.clear("someone")


@pytest.mark.parametrize("before", [None, ONE])
def test_who_comes_second_starts_from_what_the_first_one_left(
    failures: DynamoLoginFailureRepository, before: LoginFailures | None
) -> None:
    if before is not None:
        failures.change("someone", lambda _: before)
    seen: list[LoginFailures | None] = []

    def change(former: LoginFailures | None) -> LoginFailures:
        seen.append(former)
        if len(seen) == 1:
            failures.change("someone", lambda _: TWO)
        return THREE

    failures.change("someone", change)

    assert seen == [before, TWO]


def test_who_comes_while_failures_are_forgotten_starts_from_none(
    failures: DynamoLoginFailureRepository,
) -> None:
    failures.change("someone", lambda _: ONE)
    seen: list[LoginFailures | None] = []

    def change(former: LoginFailures | None) -> LoginFailures:
        seen.append(former)
        if len(seen) == 1:
            failures.clear("someone")
        return TWO

    failures.change("someone", change)

    assert seen == [ONE, None]


def test_who_never_gets_through_is_told_to_come_later(
    failures: DynamoLoginFailureRepository, aws: Wiretap
) -> None:
    with (
        aws.breaking("UpdateItem", refusing("ConditionalCheckFailedException")),
        pytest.raises(RateLimitError) as refused,
    ):
        failures.change("someone", lambda _: ONE)

    assert refused.value.retry_after == 1


def test_every_read_of_failures_is_consistent(
    failures: DynamoLoginFailureRepository, aws: Wiretap
) -> None:
    reading, _ = aws.during(lambda: failures.change("someone", lambda _: ONE))

    assert (reading.operation, reading.parameters["ConsistentRead"]) == ("GetItem", True)
