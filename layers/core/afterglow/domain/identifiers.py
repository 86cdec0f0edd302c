"""How ids are made and what shape they have."""

import base64
import hashlib
import secrets
import string
from datetime import UTC, datetime, timedelta

# JavaScript's largest safe integer: ids are JSON numbers.
MAX_INTEGER_ID = 2**53 - 1

_ALPHABET = string.ascii_letters + string.digits
# 24 characters of 62 hold 142 random bits.
_RANDOM_LENGTH = 24
_RANDOM_BYTES = 16
# Of what sorts: a moment of six bytes, then the random ones, five bits to a character.
_MOMENT_LENGTH, _ORDERED_LENGTH = 10, 36


def new_user_id() -> int:
    """Return a random integer in 1..2^53-1, so that users cannot be counted."""
    return secrets.randbelow(MAX_INTEGER_ID) + 1


def new_opaque_id(prefix: str) -> str:
    """Return `<prefix>_` and 24 random letters and digits, in OpenAI's manner."""
    return f"{prefix}_" + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))


def new_ordered_id(prefix: str, now: datetime) -> str:
    """Return the prefix and 36 letters and digits that sort by time, the last 26 of them random.

    Of those made in one millisecond the order is not known.
    """
    return prefix + _moment(now) + _sortable(secrets.token_bytes(_RANDOM_BYTES))


def moment_of(ordered_id: str) -> datetime:
    """Return when an ordered id was made, to the millisecond, in UTC."""
    moment = ordered_id[-_ORDERED_LENGTH:][:_MOMENT_LENGTH]
    # Eight characters hold five bytes: base64 wants whole eights.
    data = base64.b32hexdecode(moment.upper() + "=" * (-_MOMENT_LENGTH % 8))
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int.from_bytes(data, "big"))


def derived_id(prefix: str, at: datetime, *names: str) -> str:
    """Return an id as `new_ordered_id` does, but always the same of the same time and names.

    Nobody guesses it who does not know all of the names.
    """
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return prefix + _moment(at) + _sortable(digest[:_RANDOM_BYTES])


def _moment(at: datetime) -> str:
    return _sortable(int(at.timestamp() * 1000).to_bytes(6, "big"))


def _sortable(data: bytes) -> str:
    """Return 0-9a-v for five bits each: unlike base64's, these sort as the numbers do."""
    return base64.b32hexencode(data).decode().rstrip("=").lower()
