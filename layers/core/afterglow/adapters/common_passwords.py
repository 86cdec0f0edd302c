"""The 30,000 most common passwords, as zxcvbn ranks them."""

from zxcvbn.frequency_lists import FREQUENCY_LISTS

_COMMON = frozenset(FREQUENCY_LISTS["passwords"])


def is_common_password(folded: str) -> bool:
    """Tell whether a case-folded password is on the list."""
    return folded in _COMMON
