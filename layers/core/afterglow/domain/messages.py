"""Which messages dialect B takes."""

import unicodedata

from afterglow.domain.errors import InvalidInputError

MIN_WORDS = 15
MIN_CHARACTERS = 40
# Normalizing makes one of four code points at most, and takes time that grows with the square of
# what is out of order: longer texts are long enough without it.
_LONG_ENOUGH = 4 * MIN_CHARACTERS


def check_message_length(content: str) -> None:
    """Check that a message has 15 words or 40 characters. Raises InvalidInputError.

    Words are what white space separates; characters are code points after NFC.
    """
    words = content.split()
    is_long_enough = (
        len(words) >= MIN_WORDS
        or len(content) >= _LONG_ENOUGH
        or len(unicodedata.normalize("NFC", content)) >= MIN_CHARACTERS
    )
    if not words or not is_long_enough:
        raise InvalidInputError("The message must be at least 15 words or 40 characters")
