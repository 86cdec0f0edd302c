"""An upgrade replaces nothing that holds data, has an address, or is at work."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from production import __main__ as command
from production.lasting import PASSING, record, replaced
from production.transformed import Template, read, transformed
from tests.template.document import RESOURCES, TABLES, of_type

NOW = transformed(read())
RECORD = json.loads(command.RECORD.read_text())
# docs/operations.md tells what each would cost.
NEVER = {
    *TABLES,
    *of_type("AWS::S3::Bucket"),
    *of_type("AWS::SQS::Queue"),
    *of_type("AWS::KMS::Key"),
    *of_type("AWS::Serverless::StateMachine"),
    "Api",
    "ApiStage",
    "Pepper",
}
Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> list[str]:
    """What is replaced by an upgrade that changes the resources like this."""
    template: Template = copy.deepcopy(NOW)
    change(template["Resources"])
    return replaced(RECORD, record(template))


def properties(resources: dict[str, Any], name: str) -> dict[str, Any]:
    """The properties of a resource."""
    found: dict[str, Any] = resources[name]["Properties"]
    return found


def test_nothing_that_was_deployed_is_replaced() -> None:
    assert replaced(RECORD, record(NOW)) == []


def test_whatever_is_new_lasts_as_well() -> None:
    """`make record` writes it down."""
    assert record(NOW) == RECORD


def test_all_that_must_last_is_in_the_record() -> None:
    assert set(RECORD) >= NEVER
    left_out = {each["Type"] for name, each in NOW["Resources"].items() if name not in RECORD}
    assert left_out == PASSING


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("UsersTable", lambda all_: all_.update(PeopleTable=all_.pop("UsersTable"))),
        ("UsersTable", lambda all_: properties(all_, "UsersTable").update(TableName="users")),
        ("RunsTable", lambda all_: properties(all_, "RunsTable")["KeySchema"].pop()),
        (
            "RunsTable",
            lambda all_: properties(all_, "RunsTable")["AttributeDefinitions"][1].update(
                AttributeType="N"
            ),
        ),
        (
            "ContentBucket",
            lambda all_: properties(all_, "ContentBucket").update(BucketName="contents"),
        ),
        ("Pepper", lambda all_: properties(all_, "Pepper").update(Name="/pepper")),
        (
            "Pepper",
            lambda all_: properties(all_, "Pepper")["GenerateSecretString"].update(
                PasswordLength=32
            ),
        ),
        ("ApiStage", lambda all_: properties(all_, "ApiStage").update(StageName="v2")),
        (
            "IngestQueue",
            lambda all_: properties(all_, "IngestQueue").update(QueueName="ingest"),
        ),
        (
            "RunPoller",
            lambda all_: properties(all_, "RunPoller").update(StateMachineType="EXPRESS"),
        ),
        ("Api", lambda all_: all_["Api"].update(Type="AWS::ApiGatewayV2::Api")),
    ],
)
def test_what_would_be_replaced_is_seen(name: str, change: Change) -> None:
    assert changed(change) == [name]


@pytest.mark.parametrize(
    "change",
    [
        lambda all_: all_.update(NotesTable=all_["UsersTable"]),
        lambda all_: properties(all_, "UsersTable").update(DeletionProtectionEnabled=True),
        lambda all_: properties(all_, "RunsTable")["AttributeDefinitions"].append(
            {"AttributeName": "state", "AttributeType": "S"}
        ),
        lambda all_: properties(all_, "AuthFunction").update(MemorySize=512),
        lambda all_: properties(all_, "IngestQueue").update(VisibilityTimeout=600),
    ],
)
def test_what_is_routine_is_let_be(change: Change) -> None:
    assert changed(change) == []


def test_the_record_forgets_nothing_that_is_not_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lasting.json"
    gone = {"type": "AWS::DynamoDB::Table", "fixed": {}}
    path.write_text(json.dumps(RECORD | {"GoneTable": gone}))
    monkeypatch.setattr(command, "RECORD", path)

    assert command.main(["record"]) == 1
    assert "replace: GoneTable." in capsys.readouterr().err
    assert "GoneTable" in path.read_text()
    assert command.main(["record", "--replacing", "GoneTable"]) == 0
    assert json.loads(path.read_text()) == RECORD


def test_what_is_replaced_after_all_is_left_standing() -> None:
    kept = {name for name, each in RESOURCES.items() if each.get("UpdateReplacePolicy") == "Retain"}
    fleeting = {"SessionsTable", "LimitsTable", "IdempotencyTable"}

    assert kept == {*TABLES, *of_type("AWS::S3::Bucket"), "DataKey", "Pepper"} - fleeting
