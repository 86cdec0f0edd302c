"""`RunLauncher` and `UploadLauncher` on AWS Step Functions."""

import json
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import cache
from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from afterglow.adapters.aws import failure_code, new_client
from afterglow.domain.models import Run, Upload
from afterglow.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# A request has about four seconds left when it gives its run away.
_TIMEOUTS = Config(connect_timeout=0.5, read_timeout=1, retries={"total_max_attempts": 2})
# After its deadline a run is ended by the next poll: time for the longest wait, and for retries.
_GRACE = timedelta(minutes=2)


@cache
def _client() -> "SFNClient":
    return cast("SFNClient", new_client("stepfunctions", _TIMEOUTS))


@dataclass(frozen=True, slots=True)
class StepFunctionsLauncher:
    """Executions of a state machine, given by its ARN: one for each attempt at a run."""

    state_machine: str

    def launch(self, run: Run) -> None:
        """Start an execution named after the run and its attempt, unless there is one."""
        _start(self.state_machine, f"{run.id}-{run.attempt}", _input(run), run_id=run.id)


@dataclass(frozen=True, slots=True)
class StepFunctionsUploadLauncher:
    """Executions of a state machine, given by its ARN: one for each upload."""

    state_machine: str

    def launch(self, upload: Upload) -> None:
        """Start an execution named after the upload, unless there is one."""
        ids = json.dumps({"user_id": upload.user_id, "upload_id": upload.id})
        _start(self.state_machine, upload.id, ids, upload_id=upload.id)


def _start(state_machine: str, name: str, given: str, **ids: str) -> None:
    client = _client()
    try:
        client.start_execution(stateMachineArn=state_machine, name=name, input=given)
    except client.exceptions.ExecutionAlreadyExists:
        # AWS says so once the execution is over; while it runs, the same input is a success.
        return
    except (BotoCoreError, ClientError) as error:
        logger.error("not launched", code=failure_code(error), extra=ids)


def _input(run: Run) -> str:
    """Ids, and until when to go on. Executions are kept, and read by operators: no content."""
    until = (run.deadline + _GRACE).astimezone(UTC)
    return json.dumps(
        {"user_id": run.user_id, "run_id": run.id, "until": f"{until:%Y-%m-%dT%H:%M:%SZ}"}
    )
