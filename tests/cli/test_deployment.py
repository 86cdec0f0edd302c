"""How the command finds the deployment that is meant."""

import os

import pytest

from afterglow.domain.models import User
from afterglow_cli.deployment import Target, enter_account
from tests.cli.conftest import Afterglow, Stack
from tests.wiretap import answering, refusing

NO_STACK = """<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>
<Message>Stack 'afterglow-prod' does not exist</Message></Error></ErrorResponse>"""


def test_a_deployment_is_found_by_its_stack_and_region(
    afterglow: Afterglow, stack: Stack, ada: User
) -> None:
    place = ["--stack", "afterglow-prod", "--region", "eu-central-1"]

    assert afterglow("admin", "grant", ada.username, *place).exit_code == 0

    described, configured = stack.asked
    assert "cloudformation.eu-central-1" in described
    assert "afterglow-prod" in described
    assert "lambda.eu-central-1" in configured
    assert "afterglow-dev-AuthFunction-X1" in configured


def test_the_usual_stack_is_the_one_that_make_deploy_makes(
    afterglow: Afterglow, stack: Stack, ada: User
) -> None:
    assert afterglow("admin", "grant", ada.username).exit_code == 0

    assert "afterglow-dev" in stack.asked[0]


def test_of_the_functions_environment_only_the_contract_is_taken(
    afterglow: Afterglow, stack: Stack
) -> None:
    stack.variables |= {
        "PASSWORD_MIN_LENGTH": "17",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "PATH": "/nowhere",
        "LD_PRELOAD": "/nowhere.so",
    }
    path = os.environ["PATH"]

    assert afterglow("admin", "list").exit_code == 0

    assert os.environ["PASSWORD_MIN_LENGTH"] == "17"
    assert os.environ["PATH"] == path
    assert not {"AWS_ENDPOINT_URL", "LD_PRELOAD"} & os.environ.keys()


def test_a_deployment_of_another_version_is_left_alone(afterglow: Afterglow, stack: Stack) -> None:
    del stack.variables["DELETIONS_TABLE"]

    result = afterglow("admin", "list")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: afterglow-dev is of another version than this command: "
        "it does not know DELETIONS_TABLE.\n"
    )


def test_a_stack_that_there_is_not_is_named(afterglow: Afterglow, stack: Stack) -> None:
    stack.description = answering(NO_STACK, 400)

    result = afterglow("admin", "list", "--stack", "afterglow-prod")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: There is no Afterglow in us-east-1 under the name afterglow-prod.\n"
    )


@pytest.mark.parametrize("what", ["stack", "function"])
def test_what_may_not_be_seen_is_not_taken_for_nothing(
    afterglow: Afterglow, stack: Stack, what: str
) -> None:
    if what == "stack":
        stack.description = answering(NO_STACK.replace("ValidationError", "AccessDenied"), 403)
    else:
        stack.refusal = refusing("AccessDenied", 403)

    result = afterglow("admin", "list")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "AccessDenied" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("absent", "way_out"),
    [
        (["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], "say --profile"),
        (["AWS_DEFAULT_REGION"], "say --region"),
    ],
)
def test_what_the_environment_lacks_is_said(
    afterglow: Afterglow, monkeypatch: pytest.MonkeyPatch, absent: list[str], way_out: str
) -> None:
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in absent:
        monkeypatch.delenv(name)

    result = afterglow("admin", "list")

    assert (result.exit_code, result.stdout) == (1, "")
    assert way_out in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_profile_that_is_asked_for_wins_over_keys_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "somebody else's")

    enter_account(Target("afterglow-dev", "eu-central-1", "operator"))

    assert os.environ["AWS_PROFILE"] == "operator"
    assert os.environ["AWS_DEFAULT_REGION"] == "eu-central-1"
    left = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} & os.environ.keys()
    assert not left


def test_without_a_profile_the_environments_keys_stay() -> None:
    before = dict(os.environ)

    enter_account(Target("afterglow-dev", None, None))

    assert dict(os.environ) == before
