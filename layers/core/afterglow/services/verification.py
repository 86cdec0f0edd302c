"""Who has shown, with a password, to be the owner of an account."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from afterglow.domain.errors import AuthenticationError, InvalidInputError
from afterglow.domain.models import User
from afterglow.domain.passwords import normalize_password
from afterglow.domain.usernames import normalize_username
from afterglow.ports.accounts import AccountRepository, PasswordHasher
from afterglow.services.login_throttle import LoginThrottle

_WRONG = "Invalid username or password"


@dataclass(frozen=True, slots=True)
class PasswordVerifier:
    """Every password that is claimed to be an account's goes through here, and the throttle."""

    accounts: AccountRepository
    hasher: PasswordHasher
    throttle: LoginThrottle

    def confirmed(self, user: User, raw_password: str, address: str) -> User:
        """Return a signed-in user as they are now, whose password this is.

        Raises AuthenticationError, and RateLimitError before anything is hashed.
        """
        with self.throttle.attempt(user.username, address, signed_in=user):
            return self._matching(user.username, raw_password)

    def verified(self, raw_username: str, raw_password: str, address: str) -> User:
        """Return the user whose password this is, at the same cost whether or not there is one.

        Raises AuthenticationError, and RateLimitError before anything is hashed.
        """
        username = _normalized(normalize_username, raw_username)
        with self.throttle.attempt(username, address):
            # No account can look like this: there is nothing to compare with, nothing to hide.
            if username is None:
                raise AuthenticationError(_WRONG)
            return self._matching(username, raw_password)

    def _matching(self, username: str, raw_password: str) -> User:
        password = _normalized(normalize_password, raw_password)
        if password is None:
            raise AuthenticationError(_WRONG)
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


def _normalized(normalize: Callable[[str], str], raw: str) -> str | None:
    try:
        return normalize(raw)
    except InvalidInputError:
        return None
