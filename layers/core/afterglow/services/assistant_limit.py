"""How many assistants a user may have, and who says so."""

from dataclasses import dataclass

from afterglow.domain.models import User
from afterglow.domain.roles import check_admin
from afterglow.ports.assistants import ConfigurationRepository


@dataclass(frozen=True, slots=True)
class AssistantLimit:
    """How many assistants every user may have, over both dialects."""

    configuration: ConfigurationRepository
    default: int

    def current(self) -> int:
        """Return the limit that an admin has set, else the deployment's."""
        configured = self.configuration.assistant_limit()
        return self.default if configured is None else configured

    def change(self, user: User, limit: int) -> None:
        """Set the limit. Raises PermissionDeniedError."""
        check_admin(user)
        self.configuration.set_assistant_limit(limit)
