"""The 30,000 most common passwords, as zxcvbn ranks them."""

from functools import cache


def is_common_password(folded: str) -> bool:
    """Tell whether a case-folded password is on the list."""
    return folded in _common_passwords()


@cache
def _common_passwords() -> frozenset[str]:
    # Here, because only who chooses a password needs a list of this size.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])
