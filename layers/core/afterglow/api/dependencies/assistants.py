"""Assistants, and how many there may be."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends

from afterglow import bootstrap
from afterglow.services.assistant_limit import AssistantLimit
from afterglow.services.assistants import AssistantService

AssistantLimitOf = Annotated[AssistantLimit, Depends(bootstrap.assistant_limit)]
Assistants = Annotated[AssistantService, Depends(bootstrap.assistant_service)]
