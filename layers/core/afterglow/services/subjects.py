"""Who is counted, in a form that names nobody."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from afterglow.domain.models import User

# Whoever has one IPv6 address has the 2**64 beside it.
_HOST_BITS = 64


@dataclass(frozen=True, slots=True)
class Subjects:
    """Names of subjects. `pepper` is asked only where there is something to hide."""

    pepper: Callable[[], bytes]

    def user(self, user: User) -> str:
        """Return the subject that is a user."""
        return f"user#{user.id:016d}"

    def address(self, address: str) -> str:
        """Return the subject that is an IPv4 address, or the network of an IPv6 address."""
        return self._hidden("address", _network(address))

    def username(self, username: str) -> str:
        """Return the subject that is a normalized name, whether or not there is such a user."""
        return self._hidden("username", username)

    def _hidden(self, kind: str, value: str) -> str:
        digest = hmac.new(self.pepper(), f"{kind}#{value}".encode(), hashlib.sha256).hexdigest()
        return f"{kind}#{digest}"


def _network(address: str) -> str:
    try:
        parsed: IPv4Address | IPv6Address | None = ip_address(address)
    except ValueError:
        # What API Gateway's test console calls itself: as good a name as an address.
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            return f"{int(parsed) >> _HOST_BITS:016x}"
        parsed = parsed.ipv4_mapped
    return str(parsed)
