"""Tokens, in the words of RFC 6749."""

from typing import Literal, Self

from pydantic import ConfigDict

from afterglow.api.schemas.base import Answer
from afterglow.services.sessions import SESSION_LIFETIME


class TokenOut(Answer):
    """A token, shown this once. `expires_in` is in seconds."""

    model_config = ConfigDict(alias_generator=None)

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a scheme, no secret
    expires_in: int

    @classmethod
    def of(cls, token: str) -> Self:
        """Return the body of a token that was just issued."""
        return cls(access_token=token, expires_in=int(SESSION_LIFETIME.total_seconds()))
