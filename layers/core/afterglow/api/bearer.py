"""The header that carries a program's token."""

import re

from afterglow.api.gateway_event import Event, header_values

# RFC 9110 §11.1: the scheme's case does not matter.
_CREDENTIAL = re.compile("[Bb][Ee][Aa][Rr][Ee][Rr] +(oak_[0-9]+[.][A-Za-z0-9_-]{43})")


def token_in(event: Event) -> str | None:
    """Return the token of a request; None without one, and for more than one credential."""
    values = header_values(event, "authorization")
    match = _CREDENTIAL.fullmatch(values[0]) if len(values) == 1 else None
    return match[1] if match else None
