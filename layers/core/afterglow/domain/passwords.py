"""Which passwords are taken (NIST SP 800-63B-4, OWASP ASVS 5.0 6.2)."""

import unicodedata
from collections.abc import Callable

from afterglow.domain.errors import Detail, InvalidInputError

# A deployment may ask for more, never for fewer.
FEWEST_CODE_POINTS = 8
MAX_CODE_POINTS = 256
MAX_BYTES = 1024
# How many characters a password must have beside words anyone would try first.
_OWN_CHARACTERS = 4


def normalize_password(raw: str, *, field: str = "password") -> str:
    """Return the form that is hashed: NFC, otherwise as typed. Raises if it is absurdly long.

    Raises InvalidInputError over 256 code points or 1,024 bytes of UTF-8, naming the `field`.
    """
    # Before normalizing, which takes time proportional to the length.
    if len(raw) > MAX_CODE_POINTS or len(raw.encode()) > MAX_BYTES:
        raise _refused(field, "too_long", f"At most {MAX_CODE_POINTS} characters")
    return unicodedata.normalize("NFC", raw)


def check_new_password(
    password: str,
    *,
    username: str,
    min_length: int,
    is_common: Callable[[str], bool],
    field: str = "password",
) -> None:
    """Check a normalized password that someone wants to have. Raises InvalidInputError.

    Lengths count code points. There are no rules on composition.
    """
    if len(password) < min_length:
        raise _refused(field, "too_short", f"At least {min_length} characters")
    folded = password.casefold()
    if len(folded.replace(username, "").replace("afterglow", "")) < _OWN_CHARACTERS:
        raise _refused(
            field, "too_guessable", "It is little more than the username or the service's name"
        )
    if is_common(folded):
        raise _refused(field, "too_common", "This password is on a list of common passwords")


def _refused(field: str, code: str, message: str) -> InvalidInputError:
    detail: Detail = {"field": field, "code": code, "message": message}
    return InvalidInputError("Validation failed", details=(detail,))
