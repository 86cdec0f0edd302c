"""What every test may use. No test reaches AWS or OpenAI: sockets end at this machine."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from local.openai.control_client import ControlClient
from tests.openai_standin.standin import threaded
from tests.tables import create_tables
from tests.wiretap import Wiretap, wiretap

if TYPE_CHECKING:
    from tests.fakes.engine import ScriptedEngine

pytest_plugins = ["tests.summary"]

# A shell's background jobs ignore it, and so would whatever a test begins and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Before anything imports `afterglow`: its settings are read once.
os.environ.update(
    {
        "STAGE": "local",
        "DEFAULT_MODEL": "gpt-6-luna",
        "DEFAULT_INSTRUCTIONS": "You are a helpful assistant.",
        "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
        "REGISTRATION": "open",
        "PASSWORD_MIN_LENGTH": "8",
        "TURN_BUDGET_SECONDS": "24",
        "DEFAULT_TOOLS": "",
        "ALLOWED_ORIGINS": "https://app.example.com",
        "ALLOW_SAME_SITE": "false",
        "REQUIRE_ORIGIN": "false",
        "ASSISTANT_LIMIT": "20",
        "RUNNING_TURNS": "3",
        "CHATS_PER_MINUTE": "20",
        "CHATS_PER_DAY": "500",
        "THREADS_PER_HOUR": "60",
        "UPLOADS_PER_HOUR": "120",
        "STAGED_BYTES_PER_DAY": "10737418240",
        "DIRECTORY_FILES_PER_DAY": "20000",
        "USER_FILES": "5000",
        "USER_FILES_BYTES": "5368709120",
        "FILES_PER_ASSISTANT": "10000",
        "BULK_DELETES_PER_HOUR": "6",
        "KEY_CHANGES_PER_MINUTE": "5",
        "KEY_CHANGES_PER_DAY": "10",
        "ANONYMOUS_PER_MINUTE": "60",
        "REGISTRATIONS_PER_HOUR": "5",
        "LOGIN_FAILURES_PER_ACCOUNT": "5",
        "LOGIN_FAILURES_PER_ADDRESS": "30",
        "KEY_STORE": "secrets-manager",
        "OPENAI_KEYS_KEY": "",
        "OPENAI_KEYS_PREFIX": "/afterglow/local/openai/",
        "PEPPER_SECRET": "/afterglow/local/pepper",
        "SECRETS_KEY": "",
        "CONTENT_BUCKET": "afterglow-content",
        "STAGING_BUCKET": "afterglow-staging",
        "INGEST_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/afterglow-ingest",
        "RUN_POLLER_ARN": (
            "arn:aws:states:us-east-1:123456789012:stateMachine:afterglow-local-run-poller"
        ),
        "DIRECTORY_INGEST_ARN": (
            "arn:aws:states:us-east-1:123456789012:stateMachine:afterglow-local-directory-ingest"
        ),
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "POWERTOOLS_SERVICE_NAME": "afterglow-local",
        "POWERTOOLS_METRICS_NAMESPACE": "Afterglow",
    }
    | {
        f"{name}_TABLE": f"afterglow-{name.lower()}"
        for name in (
            "USERS",
            "SESSIONS",
            "ASSISTANTS",
            "THREADS",
            "MESSAGES",
            "RUNS",
            "UPLOADS",
            "FILES",
            "CONFIGURATION",
            "LIMITS",
            "DELETIONS",
            "IDEMPOTENCY",
        )
    }
)
for absent in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "OPENAI_API_KEY"):
    os.environ.pop(absent, None)

_THIS_MACHINE = {"127.0.0.1", "::1", "localhost", "", None}


def _stay_at_home(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]
    else:
        return
    if host not in _THIS_MACHINE:
        raise RuntimeError(f"a test reaches for {host}")


sys.addaudithook(_stay_at_home)


@pytest.fixture(scope="module")
def aws() -> Iterator[Wiretap]:
    """Return what AWS is asked. Tables and pepper are there, and nothing else."""
    with mock_aws():
        create_tables()
        yield wiretap


@pytest.fixture
def engine() -> Iterator["ScriptedEngine"]:
    """Return the engine that answers every user of the functions."""
    # Only now: both import `afterglow`.
    from tests.fakes.engine import ScriptedEngine  # noqa: PLC0415
    from tests.scripting import answering  # noqa: PLC0415

    with answering(ScriptedEngine()) as scripted:
        yield scripted


@pytest.fixture(scope="session")
def _openai_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with threaded(Path(tmp_path_factory.mktemp("upstream"))) as address:
        yield address


@pytest.fixture(scope="session")
def _openai_control(_openai_address: str) -> Iterator[ControlClient]:
    with ControlClient(_openai_address) as control:
        yield control


@pytest.fixture
def openai(_openai_control: ControlClient) -> ControlClient:
    """Return what steers the OpenAI stand-in, which has forgotten earlier tests."""
    _openai_control.reset(objects=True)
    return _openai_control


@pytest.fixture
def openai_url(_openai_address: str, openai: ControlClient) -> str:
    """Return the stand-in's base URL."""
    assert openai is not None
    return f"{_openai_address}/v1"
