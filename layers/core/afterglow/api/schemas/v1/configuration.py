"""What admins set for everyone."""

from afterglow.api.schemas.base import Answer


class LimitOut(Answer):
    """How many assistants a user may have."""

    limit: int
