"""Users, sessions and keys."""

from typing import Annotated, Self

from pydantic import Field

from afterglow.api.schemas.base import Answer, Body, IntegerId, Timestamp
from afterglow.domain.models import User
from afterglow.domain.passwords import FEWEST_CODE_POINTS, MAX_CODE_POINTS

# The rules are the domain's; these tell of them.
_Username = Annotated[str, Field(json_schema_extra={"pattern": "^[A-Za-z0-9._@+-]{3,64}$"})]
_Password = Annotated[str, Field(json_schema_extra={"maxLength": MAX_CODE_POINTS})]
_NewPassword = Annotated[
    str, Field(json_schema_extra={"minLength": FEWEST_CODE_POINTS, "maxLength": MAX_CODE_POINTS})
]
_ApiKey = Annotated[
    str, Field(json_schema_extra={"pattern": "^sk-(?!admin-)[A-Za-z0-9_-]{17,297}$"})
]


class Credentials(Body):
    """Who wants in."""

    username: str
    password: _Password


class Registration(Credentials):
    """Who wants to be known from now on."""

    username: _Username
    password: _NewPassword


class PasswordChange(Body):
    """The password there is, and the one there is to be."""

    current_password: _Password
    new_password: _NewPassword


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

    api_key: _ApiKey


class DefaultAssistantIn(Body):
    """Which assistant is meant where none is named; null for none."""

    assistant_id: IntegerId | None
