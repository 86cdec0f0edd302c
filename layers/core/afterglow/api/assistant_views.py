"""Assistants with their files, as dialect A shows them."""

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends

from afterglow.api.dependencies.files import Files
from afterglow.api.dependencies.requests import CurrentUser, Shutdowns
from afterglow.api.schemas.web.assistants import AssistantOut
from afterglow.domain.models import Assistant, User
from afterglow.services.files import FileService


class AssistantViews:
    """Shows assistants."""

    def __init__(self, user: User, files: FileService, shutdowns: Shutdowns) -> None:
        self._user = user
        self._files = files
        self._shutdowns = shutdowns

    def one(self, assistant: Assistant) -> AssistantOut:
        """Return an assistant's body."""
        file_ids = self._files.used_by(self._user.id, assistant.id)
        return AssistantOut.of(assistant, self._shutdowns(assistant), file_ids)

    def each(self) -> Callable[[Assistant], AssistantOut]:
        """Return what shows one of many: their files are looked up once for all."""
        used = self._files.used(self._user)
        return lambda assistant: AssistantOut.of(
            assistant, self._shutdowns(assistant), used.get(assistant.id, ())
        )


def _views(user: CurrentUser, files: Files, shutdowns: Shutdowns) -> AssistantViews:
    return AssistantViews(user, files, shutdowns)


AssistantViewsOf = Annotated[AssistantViews, Depends(_views)]
