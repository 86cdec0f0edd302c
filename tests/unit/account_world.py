"""The service of accounts on fakes."""

from dataclasses import dataclass, field, replace

from afterglow.domain.models import User
from afterglow.services.accounts import AccountPolicy, AccountService, SignedIn
from afterglow.services.limiting import Allowances, Limits
from afterglow.services.login_throttle import LoginThrottle
from afterglow.services.sessions import SessionService
from afterglow.services.subjects import Subjects
from afterglow.services.verification import PasswordVerifier
from tests.fakes.accounts import FastHasher, InMemoryAccounts, InMemorySessions
from tests.fakes.clock import FakeClock
from tests.fakes.limits import InMemoryLoginFailures, InMemoryRateLimiter

ADDRESS = "192.0.2.1"
SUBJECTS = Subjects(lambda: b"pepper of the fakes")
ALLOWANCES = Allowances(
    chats_per_minute=20,
    chats_per_day=500,
    threads_per_hour=60,
    uploads_per_hour=120,
    staged_bytes_per_day=10 * 1024**3,
    directory_files_per_day=20_000,
    bulk_deletes_per_hour=6,
    key_changes_per_minute=1,
    key_changes_per_day=10,
    anonymous_per_minute=60,
    registrations_per_hour=5,
)


@dataclass
class Accounts:
    """The service of accounts, and what is behind it."""

    clock: FakeClock = field(default_factory=FakeClock)
    sessions: InMemorySessions = field(default_factory=InMemorySessions)
    hasher: FastHasher = field(default_factory=FastHasher)
    registration_open: bool = True
    registrations_per_hour: int = 100

    def __post_init__(self) -> None:
        self.accounts = InMemoryAccounts(self.sessions)
        self.session_service = SessionService(
            accounts=self.accounts, sessions=self.sessions, now=self.clock
        )
        self.limiter = InMemoryRateLimiter(self.clock)
        self.failures = InMemoryLoginFailures()
        throttle = LoginThrottle(
            self.limiter, self.failures, SUBJECTS, per_account=5, per_address=30, now=self.clock
        )
        allowances = replace(ALLOWANCES, registrations_per_hour=self.registrations_per_hour)
        limits = Limits(self.limiter, SUBJECTS, allowances, self.clock)
        self.service = AccountService(
            accounts=self.accounts,
            sessions=self.session_service,
            hasher=self.hasher,
            verifier=PasswordVerifier(self.accounts, self.hasher, throttle),
            is_common_password={"password123"}.__contains__,
            policy=AccountPolicy(self.registration_open, password_min_length=8),
            charge_registration=limits.registration,
            now=self.clock,
        )

    def register(
        self, name: str, password: str, presented: str | None = None, address: str = ADDRESS
    ) -> SignedIn:
        """Register, from ADDRESS unless another is given."""
        return self.service.register(name, password, address=address, presented=presented)

    def login(
        self, name: str, password: str, presented: str | None = None, address: str = ADDRESS
    ) -> SignedIn:
        """Sign in, from ADDRESS unless another is given."""
        return self.service.login(name, password, address=address, presented=presented)

    def issue_token(self, name: str, password: str, address: str = ADDRESS) -> str:
        """Sign a program in."""
        return self.service.issue_token(name, password, address=address)

    def change_password(
        self, user: User, current: str, new: str, address: str = ADDRESS
    ) -> SignedIn:
        """Choose another password."""
        return self.service.change_password(user, current, new, address=address)
