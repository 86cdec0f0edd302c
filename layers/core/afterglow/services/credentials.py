"""A user's OpenAI key."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from afterglow.domain.errors import DomainError, InvalidInputError, NotFoundError
from afterglow.domain.model_lifecycle import upcoming_shutdowns
from afterglow.domain.models import ApiKeyRecord, Upload, User
from afterglow.ports.accounts import AccountRepository, KeyVault
from afterglow.ports.clock import Clock
from afterglow.ports.engine import EngineFactory, KeyCheck, KeyVerdict
from afterglow.services.moving import Mover

# 20 to 300 characters in all. Admin keys cannot call models.
_SHAPE = re.compile(r"sk-(?!admin-)[A-Za-z0-9_-]{17,297}")

_WARNINGS = {
    KeyVerdict.GOOD: None,
    KeyVerdict.RESTRICTED: "The key may not list models, so it could not be checked",
    KeyVerdict.UNKNOWN: "OpenAI could not be asked whether the key is good",
}


@dataclass(frozen=True, slots=True)
class CredentialService:
    """Keys go into the vault; the user's record only tells them apart. Files follow the key."""

    accounts: AccountRepository
    vault: KeyVault
    engines: EngineFactory
    mover: Mover
    charge_key_change: Callable[[User], None]
    now: Clock

    def set_api_key(self, user: User, api_key: str) -> str | None:
        """Store a key and return a warning if OpenAI did not confirm it.

        Raises InvalidInputError if it has another shape than a key's, or OpenAI refuses it;
        RateLimitError.
        """
        if not _SHAPE.fullmatch(api_key):
            raise InvalidInputError(
                "Validation failed",
                details=({"field": "apiKey", "code": "invalid_format", "message": "Not a key"},),
            )
        # Before OpenAI is asked: nobody is to try keys out here. Taking one back is free.
        self.charge_key_change(user)
        check = self._check(api_key)
        if check.verdict is KeyVerdict.REJECTED:
            raise InvalidInputError("OpenAI rejected the API key", code="openai_key_invalid")
        # Before the key is another: no run is to look for files where it does not lead.
        move = self._held(user.id, api_key)
        # The vault first: a record of a key that is not there would be a promise broken.
        version = self.vault.put(user.id, api_key)
        try:
            self.accounts.set_api_key(user.id, self._record(api_key, version, check))
        except NotFoundError:
            # The account was deleted meanwhile: nobody else would ever look for this key.
            self.vault.delete(user.id)
            raise
        if move is not None:
            self.mover.follow(move)
        return _WARNINGS[check.verdict]

    def delete_api_key(self, user: User) -> None:
        """Have a user's key gone; that there is none is no error.

        The vault first: what dies in between leaves a record without a key, which says that the key
        is missing, and never a key that nothing tells of. A key stored meanwhile keeps its record.
        """
        self.vault.delete(user.id)
        if user.api_key is not None:
            self.accounts.clear_api_key(user.id, user.api_key.version)

    def _held(self, user_id: int, api_key: str) -> Upload | None:
        """Hold the user's files, unless the key is the one that is stored and was looked at."""
        user = self.accounts.get(user_id)
        stored = user and user.api_key
        is_same = stored and stored.fingerprint == self.vault.fingerprint(api_key)
        # By now it may do what it could not do before.
        if is_same and self.mover.is_settled(user_id):
            return None
        return self.mover.hold(user_id)

    def _record(self, api_key: str, version: str, check: KeyCheck) -> ApiKeyRecord:
        now = self.now()
        return ApiKeyRecord(
            last4=api_key[-4:],
            fingerprint=self.vault.fingerprint(api_key),
            version=version,
            stored_at=now,
            model_shutdowns=upcoming_shutdowns(check.model_shutdowns, now.date()),
        )

    def _check(self, api_key: str) -> KeyCheck:
        try:
            return self.engines(api_key).check_key()
        except DomainError:
            # A bad key is a verdict; an error is about something else.
            return KeyCheck(KeyVerdict.UNKNOWN)
