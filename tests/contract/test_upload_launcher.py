"""The launcher of uploads on Step Functions."""

import json
import os
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from afterglow.adapters.stepfunctions import StepFunctionsUploadLauncher
from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import Upload, UploadKind
from tests.delivery import overheard
from tests.fakes.clock import NOON
from tests.wiretap import Wiretap, losing_the_reply, refusing

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

STATE_MACHINE = os.environ["DIRECTORY_INGEST_ARN"]
QUOTED = "what a vendor quotes"
launcher = StepFunctionsUploadLauncher(STATE_MACHINE)
pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def upload() -> Upload:
    """Return an upload of the test's own."""
    return Upload(
        id=new_opaque_id("upload"),
        user_id=42,
        kind=UploadKind.DIRECTORY,
        created_at=NOON,
        lease_until=NOON,
        directory="plans",
    )


def executions(upload: Upload) -> list[dict[str, Any]]:
    """Return name and input of the executions for an upload."""
    states: SFNClient = boto3.client("stepfunctions")
    found = states.list_executions(stateMachineArn=STATE_MACHINE)["executions"]
    described = [states.describe_execution(executionArn=each["executionArn"]) for each in found]
    ours = [each for each in described if json.loads(each["input"])["upload_id"] == upload.id]
    return [{"name": each["name"], "input": json.loads(each["input"])} for each in ours]


def launched(upload: Upload) -> list[dict[str, Any]]:
    """Launch an upload and return what was logged."""
    with overheard() as log:
        launcher.launch(upload)
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_an_execution_is_named_after_the_upload_and_given_ids_only(upload: Upload) -> None:
    assert launched(upload) == []

    ids = {"user_id": 42, "upload_id": upload.id}
    assert executions(upload) == [{"name": upload.id, "input": ids}]


def test_twice_is_once(upload: Upload, aws: Wiretap) -> None:
    assert launched(upload) + launched(upload) == []
    with aws.spoiling("StartExecution", refusing("ExecutionAlreadyExists")):
        assert launched(upload) == []

    assert len(executions(upload)) == 1


def test_a_lost_reply_is_asked_for_again(upload: Upload, aws: Wiretap) -> None:
    with aws.spoiling("StartExecution", losing_the_reply):
        assert launched(upload) == []

    assert len(executions(upload)) == 1


def test_what_cannot_be_launched_is_left_to_the_sweeper(upload: Upload, aws: Wiretap) -> None:
    with aws.breaking("StartExecution", refusing("ThrottlingException", message=QUOTED)):
        (line,) = launched(upload)

    assert (line["level"], line["message"]) == ("ERROR", "not launched")
    assert (line["code"], line["upload_id"]) == ("ThrottlingException", upload.id)
    assert QUOTED not in json.dumps(line)
