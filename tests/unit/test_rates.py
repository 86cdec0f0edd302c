"""How often users and addresses may do what, and that no more get through."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from afterglow.domain import rates
from afterglow.domain.errors import ConflictError, RateLimitError
from afterglow.services.limiting import Limits
from afterglow.services.subjects import Subjects
from tests.examples import a_user
from tests.fakes.clock import FakeClock
from tests.fakes.limits import InMemoryRateLimiter
from tests.unit.account_world import ADDRESS, ALLOWANCES, SUBJECTS

# Twenty seconds before noon and a half.
JUST_BEFORE = datetime(2026, 11, 22, 12, 29, 40, tzinfo=UTC)
USER = a_user(7)
MOST_BYTES = ALLOWANCES.staged_bytes_per_day

Use = Callable[[Limits], None]


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock that is near the end of a minute."""
    return FakeClock(JUST_BEFORE)


@pytest.fixture
def limits(clock: FakeClock) -> Limits:
    """Return the limits that a deployment has by default, unused."""
    return Limits(InMemoryRateLimiter(clock), SUBJECTS, ALLOWANCES, clock)


def chat(limits: Limits) -> None:
    """Count a message, as the ledger does with others in one write."""
    count(limits, limits.chat(USER))


def count(limits: Limits, uses: Sequence[rates.Use]) -> None:
    """Count what is yet to be counted."""
    for use in uses:
        limits.limiter.take(use.subject, use.action, use.windows, count=use.count)


def retry_after(limits: Limits, use: Use) -> int | None:
    """Use once more, which is too much, and return for how long."""
    with pytest.raises(RateLimitError) as refused:
        use(limits)
    assert refused.value.message == "Rate limit exceeded"
    return refused.value.retry_after


def announce(limits: Limits, size: int, error: Exception | None = None) -> None:
    """Announce so many bytes, which may come to an error afterwards."""
    with limits.announcement(USER) as charge:
        charge(size, 0)
        if error is not None:
            raise error


@pytest.mark.parametrize(
    ("use", "limit", "wait"),
    [
        (chat, 20, 20),
        (lambda limits: limits.thread(USER), 60, 1820),
        (lambda limits: limits.bulk_delete(USER), 6, 1820),
        (lambda limits: limits.upload(USER), 120, 1820),
        (lambda limits: announce(limits, 1), 120, 1820),
        (lambda limits: limits.key_change(USER), 1, 20),
        (lambda limits: limits.anonymous(ADDRESS), 60, 20),
        (lambda limits: limits.registration(ADDRESS), 5, 1820),
    ],
)
def test_a_window_is_full_until_it_ends(
    limits: Limits, clock: FakeClock, use: Use, limit: int, wait: int
) -> None:
    for _ in range(limit):
        use(limits)

    assert retry_after(limits, use) == wait
    clock.advance(timedelta(seconds=wait) - timedelta(microseconds=1))
    assert retry_after(limits, use) == 1
    clock.advance(timedelta(microseconds=1))
    for _ in range(limit):
        use(limits)
    assert retry_after(limits, use)


def test_a_short_window_is_free_again_while_a_long_one_fills(
    limits: Limits, clock: FakeClock
) -> None:
    for _ in range(10):
        limits.key_change(USER)
        clock.advance(timedelta(minutes=1))

    # A minute is free, the day is not: it has 11 h 20 min 20 s left.
    assert retry_after(limits, lambda limits: limits.key_change(USER)) == 11 * 3600 + 20 * 60 + 20


def test_the_longest_wait_is_told_when_several_windows_are_full(clock: FakeClock) -> None:
    limits = Limits(
        InMemoryRateLimiter(clock),
        SUBJECTS,
        replace(ALLOWANCES, key_changes_per_day=1),
        clock,
    )
    limits.key_change(USER)

    assert retry_after(limits, lambda limits: limits.key_change(USER)) == 11 * 3600 + 30 * 60 + 20


def test_what_is_refused_is_not_counted(limits: Limits, clock: FakeClock) -> None:
    limits.key_change(USER)
    for _ in range(20):
        retry_after(limits, lambda limits: limits.key_change(USER))
    clock.advance(timedelta(minutes=1))

    limits.key_change(USER)


def test_users_and_actions_are_counted_apart(limits: Limits) -> None:
    limits.key_change(USER)

    limits.key_change(a_user(8))
    chat(limits)


def test_an_opening_is_counted_as_message_and_thread(limits: Limits) -> None:
    message, thread = limits.opening(USER)

    assert [message] == limits.chat(USER)
    assert (thread.action, thread.subject) == ("thread", message.subject)
    for _ in range(limits.allowances.threads_per_hour):
        limits.thread(USER)
    with pytest.raises(RateLimitError):
        count(limits, [thread])


def test_a_day_has_so_many_announced_bytes(limits: Limits, clock: FakeClock) -> None:
    announce(limits, MOST_BYTES - 1)
    announce(limits, 1)
    wait = 11 * 3600 + 30 * 60 + 20

    assert retry_after(limits, lambda limits: announce(limits, 1)) == wait
    announce(limits, 0)
    clock.advance(timedelta(seconds=wait))
    announce(limits, MOST_BYTES)


def test_no_bytes_are_never_too_many(limits: Limits) -> None:
    announce(limits, MOST_BYTES)
    lowered = replace(limits, allowances=replace(ALLOWANCES, staged_bytes_per_day=1))

    announce(lowered, 0)
    with pytest.raises(RateLimitError):
        announce(lowered, 1)


def test_bytes_that_are_too_many_are_no_upload(limits: Limits) -> None:
    announce(limits, 1)
    for _ in range(limits.allowances.uploads_per_hour):
        with pytest.raises(RateLimitError):
            announce(limits, MOST_BYTES)

    for _ in range(limits.allowances.uploads_per_hour - 1):
        limits.upload(USER)
    with pytest.raises(RateLimitError):
        limits.upload(USER)


def test_an_upload_too_many_announces_no_bytes(limits: Limits, clock: FakeClock) -> None:
    for _ in range(limits.allowances.uploads_per_hour):
        limits.upload(USER)
    with pytest.raises(RateLimitError):
        announce(limits, 1)
    clock.advance(timedelta(hours=1))

    announce(limits, MOST_BYTES)


def test_an_announcement_that_is_refused_after_all_costs_nothing(limits: Limits) -> None:
    for _ in range(limits.allowances.uploads_per_hour + 1):
        with pytest.raises(ConflictError):
            announce(limits, MOST_BYTES, ConflictError("The claim is another request's"))

    announce(limits, MOST_BYTES)


def test_an_announcement_of_which_nobody_knows_what_became_is_counted(limits: Limits) -> None:
    with pytest.raises(TimeoutError):
        announce(limits, MOST_BYTES, TimeoutError())

    with pytest.raises(RateLimitError):
        announce(limits, 1)


def test_of_100_announcements_at_once_no_byte_too_many_gets_through(limits: Limits) -> None:
    def passes(_: int) -> bool:
        try:
            announce(limits, MOST_BYTES // 7)
        except RateLimitError:
            return False
        return True

    with ThreadPoolExecutor(32) as pool:
        assert sum(pool.map(passes, range(100))) == 7


def test_of_200_at_once_exactly_20_get_through(limits: Limits) -> None:
    def passes(_: int) -> bool:
        try:
            chat(limits)
        except RateLimitError:
            return False
        return True

    with ThreadPoolExecutor(32) as pool:
        assert sum(pool.map(passes, range(200))) == 20


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("2001:db8:1:2::1", "2001:0DB8:0001:0002::1"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
    ],
)
def test_who_may_be_one_is_counted_as_one(one: str, other: str) -> None:
    assert SUBJECTS.address(one) == SUBJECTS.address(other)


def test_who_are_several_are_counted_apart() -> None:
    addresses = [
        "192.0.2.1",
        "192.0.2.2",
        "2001:db8:1:2::1",
        "2001:db8:1:3::1",
        "::c000:201",
        "test-invoke-source-ip",
    ]
    subjects = [
        *map(SUBJECTS.address, addresses),
        *map(SUBJECTS.username, addresses),
        SUBJECTS.user(a_user(1)),
        SUBJECTS.user(a_user(2)),
    ]

    assert len(set(subjects)) == len(subjects)


def test_a_subject_shows_neither_address_nor_name() -> None:
    # By `printf 'address#192.0.2.1' | openssl dgst -sha256 -hmac 'pepper of the fakes'`.
    assert (
        SUBJECTS.address("192.0.2.1")
        == "address#7bf63592ee21bec5a9545a9a2129178ff198063fd56ab047f3ae76132e7a62b3"
    )
    assert SUBJECTS.address("192.0.2.1") != Subjects(lambda: b"another").address("192.0.2.1")
    assert "ada" not in SUBJECTS.username("ada-lovelace")


def test_a_user_is_counted_without_the_pepper() -> None:
    def pepper() -> bytes:
        raise AssertionError

    assert Subjects(pepper).user(USER) == "user#0000000000000007"
