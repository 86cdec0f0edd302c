"""How ids are made and what shape they have."""

import secrets
import string

# JavaScript's largest safe integer: ids are JSON numbers.
MAX_INTEGER_ID = 2**53 - 1

_ALPHABET = string.ascii_letters + string.digits
# 24 characters of 62 hold 142 random bits.
_RANDOM_LENGTH = 24


def new_user_id() -> int:
    """Return a random integer in 1..2^53-1, so that users cannot be counted."""
    return secrets.randbelow(MAX_INTEGER_ID) + 1


def new_opaque_id(prefix: str) -> str:
    """Return `<prefix>_` and 24 random letters and digits, in OpenAI's manner."""
    return f"{prefix}_" + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))
