"""Users, sessions and keys."""

from typing import Self

from afterglow.api.schemas.base import Answer, Body, IntegerId, Timestamp
from afterglow.domain.models import User


class Credentials(Body):
    """Who wants in. The rules on both are the domain's."""

    username: str
    password: str


class PasswordChange(Body):
    """The password there is, and the one there is to be. The rules on both are the domain's."""

    current_password: str
    new_password: str


class UserOut(Answer):
    """A user as the user sees it."""

    id: int
    username: str
    role: str
    default_assistant_id: int | None
    has_api_key: bool
    api_key_last4: str | None
    created_at: Timestamp

    @classmethod
    def of(cls, user: User) -> Self:
        """Return the user's body."""
        return cls(
            id=user.id,
            username=user.username,
            role=user.role.value,
            default_assistant_id=user.default_assistant_id,
            has_api_key=user.api_key is not None,
            api_key_last4=user.api_key.last4 if user.api_key else None,
            created_at=user.created_at,
        )


class MessageOnly(Answer):
    """That something was done."""

    message: str


class MessageWithWarning(MessageOnly):
    """That something was done, and what is doubtful about it."""

    warning: str


class ApiKeyIn(Body):
    """A user's OpenAI key."""

    api_key: str


class DefaultAssistantIn(Body):
    """Which assistant is meant where none is named; null for none."""

    assistant_id: IntegerId | None
