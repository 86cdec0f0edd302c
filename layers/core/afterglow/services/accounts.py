"""Who may have an account, and who has shown to be its owner."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from afterglow.domain.errors import (
    AuthenticationError,
    Detail,
    InvalidInputError,
    PermissionDeniedError,
    RateLimitError,
)
from afterglow.domain.identifiers import new_user_id
from afterglow.domain.models import Session, SessionKind, User
from afterglow.domain.passwords import check_new_password, normalize_password
from afterglow.domain.usernames import normalize_username
from afterglow.ports.accounts import AccountRepository, PasswordHasher
from afterglow.ports.clock import Clock
from afterglow.services.sessions import SessionService
from afterglow.services.verification import PasswordVerifier

_WRONG_CURRENT: tuple[Detail, ...] = ({"field": "currentPassword", "code": "incorrect"},)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user, and the session token to hand out once."""

    user: User
    token: str


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """What the operator decides about accounts."""

    registration_open: bool
    password_min_length: int


@dataclass(frozen=True, slots=True)
class AccountService:
    """From registering to leaving.

    Registering and signing in end the session they were `presented` with. An `address` is where a
    request comes from; who asks too often gets a RateLimitError before anything is hashed.
    """

    accounts: AccountRepository
    sessions: SessionService
    hasher: PasswordHasher
    verifier: PasswordVerifier
    is_common_password: Callable[[str], bool]
    policy: AccountPolicy
    charge_registration: Callable[[str], None]
    now: Clock

    def register(
        self, raw_username: str, raw_password: str, *, address: str, presented: str | None = None
    ) -> SignedIn:
        """Create a user and sign in.

        Raises PermissionDeniedError, InvalidInputError, RateLimitError.
        """
        if not self.policy.registration_open:
            raise PermissionDeniedError("Registration is closed")
        username = normalize_username(raw_username)
        password = self._chosen_password(raw_password, username)
        self.charge_registration(address)
        user = User(
            id=new_user_id(),
            username=username,
            password_hash=self.hasher.hash(password),
            created_at=self.now(),
        )
        token, session = self.sessions.new(user)
        self._create(user, session, address)
        self.sessions.end(presented)
        return SignedIn(user, token)

    def login(
        self, raw_username: str, raw_password: str, *, address: str, presented: str | None = None
    ) -> SignedIn:
        """Sign in with a new session. Raises AuthenticationError, RateLimitError."""
        user = self.verifier.verified(raw_username, raw_password, address)
        self.sessions.end(presented)
        return SignedIn(user, self.sessions.begin(user))

    def issue_token(self, raw_username: str, raw_password: str, *, address: str) -> str:
        """Return a new token for a program of the user's.

        Raises AuthenticationError, RateLimitError.
        """
        user = self.verifier.verified(raw_username, raw_password, address)
        return self.sessions.begin(user, SessionKind.BEARER)

    def change_password(
        self, user: User, raw_current: str, raw_new: str, *, address: str
    ) -> SignedIn:
        """Choose another password and sign in anew; every older session and token is over.

        Raises InvalidInputError, PermissionDeniedError for another current password,
        RateLimitError, ConflictError if the password has changed meanwhile.
        """
        password = self._chosen_password(raw_new, user.username, field="newPassword")
        try:
            user = self.verifier.confirmed(user, raw_current, address)
        except AuthenticationError:
            # Who asks is known: a browser must not take this for the end of its session.
            raise PermissionDeniedError(
                "Current password is incorrect", details=_WRONG_CURRENT
            ) from None
        changed = replace(
            user,
            password_hash=self.hasher.hash(password),
            session_epoch=user.session_epoch + 1,
        )
        token, session = self.sessions.new(changed)
        self.accounts.change_password(user, changed.password_hash, session)
        return SignedIn(changed, token)

    def delete(self, user: User) -> None:
        """Have the user gone, with every session and token; what they own is cleared by and by."""
        self.accounts.delete(user.id, self.now())

    def _chosen_password(self, raw_password: str, username: str, *, field: str = "password") -> str:
        password = normalize_password(raw_password, field=field)
        check_new_password(
            password,
            username=username,
            min_length=self.policy.password_min_length,
            is_common=self.is_common_password,
            field=field,
        )
        return password

    def _create(self, user: User, session: Session, address: str) -> None:
        try:
            self.accounts.create(user, session)
        except InvalidInputError:
            # Whoever asks learns of a user, and pays double. Who cannot has nothing left anyway.
            with suppress(RateLimitError):
                self.charge_registration(address)
            raise
