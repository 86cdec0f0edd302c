"""Names that users choose."""

import re
import unicodedata

from afterglow.domain.errors import Detail, InvalidInputError

_SHAPE = re.compile(r"[a-z0-9._@+-]{3,64}")
_WANTED = "3 to 64 of the characters a-z 0-9 . _ @ + -"
# Normalizing makes one of four code points at most.
MAX_RAW_CODE_POINTS = 4 * 64
_RESERVED = frozenset(
    {"admin", "administrator", "afterglow", "api", "me", "null", "root", "support", "system"}
)


def normalize_username(raw: str) -> str:
    """Return the one form under which a name is taken: NFKC, case-folded.

    Raises InvalidInputError for other shapes than 3-64 of `a-z 0-9 . _ @ + -` and reserved names.
    """
    # Before normalizing, which takes time that grows with the square of what is out of order.
    if len(raw) > MAX_RAW_CODE_POINTS:
        raise _invalid("invalid_format", _WANTED)
    name = unicodedata.normalize("NFKC", raw).casefold()
    if not _SHAPE.fullmatch(name):
        raise _invalid("invalid_format", _WANTED)
    if name in _RESERVED:
        raise _invalid("reserved", "This username is reserved")
    return name


def _invalid(code: str, message: str) -> InvalidInputError:
    detail: Detail = {"field": "username", "code": code, "message": message}
    return InvalidInputError("Validation failed", details=(detail,))
