"""`PasswordHasher` with argon2id at OWASP's parameters (ASVS 5.0, appendix C)."""

from functools import cache

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


class Argon2Hasher:
    """Slow hashes."""

    def hash(self, password: str) -> str:
        """Return a new salted hash."""
        return _hasher.hash(password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether they match. With no hash, take as long and answer False."""
        # Made by whoever comes first, known or not, so that a fresh process tells no tales.
        substitute = _hash_of_nothing()
        try:
            matches = _hasher.verify(password_hash or substitute, password)
        except (VerificationError, InvalidHashError):
            return False
        return matches and password_hash is not None

    def needs_rehash(self, password_hash: str) -> bool:
        """Tell whether the hash was made with other parameters than today's."""
        return _hasher.check_needs_rehash(password_hash)


@cache
def _hash_of_nothing() -> str:
    """Return a hash to compare with when there is no user, so that both cases cost one hash."""
    return _hasher.hash("")
