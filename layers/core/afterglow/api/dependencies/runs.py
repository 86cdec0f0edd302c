"""Messages and what becomes of them."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends

from afterglow import bootstrap
from afterglow.services.runs import RunService
from afterglow.services.turns import TurnService

Runs = Annotated[RunService, Depends(bootstrap.run_service)]
Turns = Annotated[TurnService, Depends(bootstrap.turn_service)]
