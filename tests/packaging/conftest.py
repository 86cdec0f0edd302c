"""One build and one deployment for all the tests of packaging."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.deploy.client import client
from local.ports import HOST, Ports
from local.process import Child
from tests.packaging.command_line import ARCHITECTURE, sam

STACK = "afterglow-packaging"
# With all that an operator may ask for: without it, the local cloud deploys it in every other test.
PARAMETERS = [
    "Stage=packaging",
    f"Architecture={ARCHITECTURE}",
    "DataProtection=true",
    "CustomerKey=true",
    "WebFirewall=block",
    "Tracing=true",
    "HashingConcurrency=4",
    "FolderConcurrency=4",
    "RequestsPerSecond=70",
    "RequestBurst=140",
]


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `sam build` made for this machine's processor."""
    folder = tmp_path_factory.mktemp("sam") / "build"
    sam("build", "--build-dir", folder, "--parameter-overrides", *PARAMETERS)
    return folder


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A local cloud of our own, with nothing deployed on it."""
    data = tmp_path_factory.mktemp("cloud")
    port = Ports.free().cloud
    endpoint = f"http://{HOST}:{port}"
    child = Child(
        "local cloud", "local.cloud", ["--port", port, "--data", data], data / "cloud.log"
    )
    try:
        child.wait_until_ready(f"{endpoint}/_ministack/health")
        yield endpoint
    finally:
        child.stop()


@pytest.fixture(scope="session")
def outputs(build: Path, cloud: str) -> dict[str, str]:
    """The outputs of the stack that `sam deploy` made of what was built."""
    sam(
        "deploy",
        *("--template-file", build / "template.yaml"),
        *("--stack-name", STACK),
        *("--capabilities", "CAPABILITY_IAM"),
        *("--parameter-overrides", *PARAMETERS),
        *("--resolve-s3", "--no-confirm-changeset", "--no-progressbar"),
        endpoint=cloud,
    )
    (stack,) = client("cloudformation", cloud).describe_stacks(StackName=STACK)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
