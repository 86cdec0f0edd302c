"""How many passwords may be tried, before any of them is hashed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from afterglow.domain.errors import RateLimitError
from afterglow.domain.login_failures import LoginFailures
from afterglow.domain.models import User
from afterglow.domain.rates import Period, Window, seconds_until
from afterglow.ports.clock import Clock
from afterglow.ports.limits import LoginFailureRepository, RateLimiter
from afterglow.services.subjects import Subjects


@dataclass(frozen=True, slots=True)
class LoginThrottle:
    """Counts every attempt as a failure beforehand, so that attempts at once get no more than one.

    `per_account` and `per_address` are the failures in a quarter of an hour that cost nothing.
    """

    limiter: RateLimiter
    failures: LoginFailureRepository
    subjects: Subjects
    per_account: int
    per_address: int
    now: Clock

    @contextmanager
    def attempt(
        self, username: str | None, address: str, *, signed_in: User | None = None
    ) -> Iterator[None]:
        """Let a password be tried inside: an error is a failure, none forgets the account's.

        `username` is normalized, None if no account can have it. Who is signed in already is
        counted apart, so that strangers who try the name do not stand in the way.
        Raises RateLimitError.
        """
        account = None if username is None else self.subjects.username(username)
        if signed_in is not None:
            account = self.subjects.user(signed_in)
        with _in_our_words():
            window = Window(Period.QUARTER_HOUR, self.per_address)
            taken = self.limiter.take(self.subjects.address(address), "login", [window])
            try:
                self._count(account)
            except RateLimitError:
                # Nothing was tried: an address does not pay for an account that is waited for.
                self.limiter.give_back(taken)
                raise
        yield
        self.limiter.give_back(taken)
        if account is not None:
            self.failures.clear(account)

    def _count(self, account: str | None) -> None:
        if account is not None:
            self.failures.change(account, self._after_one_more)

    def _after_one_more(self, former: LoginFailures | None) -> LoginFailures:
        now = self.now()
        if former is not None and now < former.wait_until:
            raise RateLimitError(
                "Too many attempts", retry_after=seconds_until(former.wait_until, now)
            )
        return LoginFailures.after(former, now, self.per_account)


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except RateLimitError as error:
        raise RateLimitError("Too many attempts", retry_after=error.retry_after) from None
