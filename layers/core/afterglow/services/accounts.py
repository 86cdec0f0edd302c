"""Who may have an account, and who has shown to be its owner."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from afterglow.domain.errors import (
    AuthenticationError,
    Detail,
    InvalidInputError,
    PermissionDeniedError,
)
from afterglow.domain.identifiers import new_user_id
from afterglow.domain.models import SessionKind, User
from afterglow.domain.passwords import check_new_password, normalize_password
from afterglow.domain.usernames import normalize_username
from afterglow.ports.accounts import AccountRepository, PasswordHasher
from afterglow.ports.clock import Clock
from afterglow.services.sessions import SessionService

_WRONG = "Invalid username or password"
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

    Registering and signing in end the session they were `presented` with.
    """

    accounts: AccountRepository
    sessions: SessionService
    hasher: PasswordHasher
    is_common_password: Callable[[str], bool]
    policy: AccountPolicy
    now: Clock

    def register(
        self, raw_username: str, raw_password: str, *, presented: str | None = None
    ) -> SignedIn:
        """Create a user and sign in. Raises PermissionDeniedError, InvalidInputError."""
        if not self.policy.registration_open:
            raise PermissionDeniedError("Registration is closed")
        username = normalize_username(raw_username)
        user = User(
            id=new_user_id(),
            username=username,
            password_hash=self.hasher.hash(self._chosen_password(raw_password, username)),
            created_at=self.now(),
        )
        token, session = self.sessions.new(user)
        self.accounts.create(user, session)
        self.sessions.end(presented)
        return SignedIn(user, token)

    def login(
        self, raw_username: str, raw_password: str, *, presented: str | None = None
    ) -> SignedIn:
        """Sign in with a new session. Raises AuthenticationError."""
        user = self._verified(raw_username, raw_password)
        self.sessions.end(presented)
        return SignedIn(user, self.sessions.begin(user))

    def issue_token(self, raw_username: str, raw_password: str) -> str:
        """Return a new token for a program of the user's. Raises AuthenticationError."""
        user = self._verified(raw_username, raw_password)
        return self.sessions.begin(user, SessionKind.BEARER)

    def change_password(self, user: User, raw_current: str, raw_new: str) -> SignedIn:
        """Choose another password and sign in anew; every older session and token is over.

        Raises InvalidInputError, PermissionDeniedError for another current password, ConflictError
        if the password has changed meanwhile.
        """
        password = self._chosen_password(raw_new, user.username, field="newPassword")
        try:
            user = self._verified(user.username, raw_current)
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

    def _verified(self, raw_username: str, raw_password: str) -> User:
        """Return the user whose password this is, at the same cost whether or not there is one."""
        try:
            username = normalize_username(raw_username)
            password = normalize_password(raw_password)
        except InvalidInputError:
            # No account can look like this: there is nothing to compare with, nothing to hide.
            raise AuthenticationError(_WRONG) from None
        user = self.accounts.find(username)
        matches = self.hasher.verify(user.password_hash if user else None, password)
        if user is None or user.is_disabled or not matches:
            raise AuthenticationError(_WRONG)
        return self._with_fresh_hash(user, password)

    def _with_fresh_hash(self, user: User, password: str) -> User:
        if not self.hasher.needs_rehash(user.password_hash):
            return user
        password_hash = self.hasher.hash(password)
        self.accounts.replace_password_hash(user, password_hash)
        return replace(user, password_hash=password_hash)
