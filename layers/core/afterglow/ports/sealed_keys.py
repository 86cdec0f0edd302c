"""What a vault that encrypts keeps of users' keys."""

from typing import Protocol


class SealedKeyRepository(Protocol):
    """Keys that nobody can read here: the last two versions of each user's."""

    def store(self, user_id: int, version: str, ciphertext: bytes) -> None:
        """Keep a version as the newest; the newest so far becomes the former, that one goes."""
        ...

    def find(self, user_id: int, version: str) -> bytes | None:
        """Return a version as it is now, or None."""
        ...

    def delete(self, user_id: int) -> None:
        """Have both versions gone; that there is none is no error."""
        ...
