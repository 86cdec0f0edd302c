"""SnapStart, for those who ask for it: what is deployed then, and what a snapshot holds."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from production.__main__ import main
from production.snapstart import WAITED_FOR, release, with_snapshots
from production.transformed import Template, read, transformed

# What the hooks leave behind: clients of AWS, secrets, settings that were read.
PROBE = """
import json, random, sys
from afterglow.bootstrap import prepare_snapshot
prepare_snapshot()
import snapshot_restore_py as hooks
for function, _, _ in hooks._before_snapshot_registry:
    function()
random.seed(7)
drawn = random.random()
random.seed(7)
for function, _, _ in hooks._after_restore_registry:
    function()
from afterglow.adapters import aws, secrets_manager
from afterglow.adapters.dynamodb.connection import connection
print(json.dumps({
    "imported": "afterglow.adapters.openai.engine" in sys.modules,
    "sessions": aws.session.cache_info().currsize,
    "connections": connection.cache_info().currsize,
    "clients": secrets_manager._client.cache_info().currsize,
    "peppers": secrets_manager.pepper.cache_info().currsize,
    "repeated": random.random() == drawn,
}))
"""


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return a folder as `sam build` leaves it, with a template of this many functions."""
    functions = {
        name: {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": name}}
        for name in (*WAITED_FOR, "PollerFunction")
    }
    (tmp_path / "template.yaml").write_text(yaml.safe_dump({"Resources": functions}))
    (tmp_path / "ChatFunction").mkdir()
    (tmp_path / "ChatFunction" / "handler.py").write_text("pass")
    return tmp_path


def plain() -> Template:
    """Return what CloudFormation gets."""
    return transformed(with_snapshots(read(), "a" * 64))


def test_people_get_a_published_version_and_jobs_the_latest() -> None:
    resources = plain()["Resources"]
    aliases = {name for name, each in resources.items() if each["Type"] == "AWS::Lambda::Alias"}
    snapped = {name for name, each in resources.items() if each["Properties"].get("SnapStart")}

    assert aliases == {f"{name}Aliaslive" for name in WAITED_FOR}
    assert snapped == set(WAITED_FOR)
    # A version is published only of what has changed since the last: SAM has the release in this.
    assert all(resources[name]["Properties"]["Description"].endswith("a" * 64) for name in snapped)
    versions = [each for each in resources.values() if each["Type"] == "AWS::Lambda::Version"]
    assert [each["DeletionPolicy"] for each in versions] == ["Delete"] * len(WAITED_FOR)


def test_the_gateway_asks_the_alias() -> None:
    paths = plain()["Resources"]["Api"]["Properties"]["Body"]["paths"]
    asked: Any = paths["/api/chat"]["post"]["x-amazon-apigateway-integration"]["uri"]

    assert "ChatFunctionAliaslive" in json.dumps(asked)


def test_without_it_there_is_no_version() -> None:
    types = {each["Type"] for each in transformed(read())["Resources"].values()}

    assert not types & {"AWS::Lambda::Alias", "AWS::Lambda::Version"}


def test_what_is_deployed_names_the_version(built: Path) -> None:
    before = release(built, {"Stage": "prod"})
    assert release(built, {"Stage": "prod"}) == before
    assert release(built, {"Stage": "dev"}) != before

    (built / "ChatFunction" / "handler.py").write_text("pass  # another")

    assert release(built, {"Stage": "prod"}) != before


def test_the_command_writes_what_is_deployed(built: Path) -> None:
    expected = release(built, {"Stage": "dev"})

    assert main(["snapshots", "--stage", "dev", "--build", str(built)]) == 0

    written = yaml.safe_load((built / "template.yaml").read_text())["Resources"]
    assert written["ChatFunction"]["Properties"] == {
        "CodeUri": "ChatFunction",
        "AutoPublishAlias": "live",
        "AutoPublishCodeSha256": expected,
        "SnapStart": {"ApplyOn": "PublishedVersions"},
        "VersionDeletionPolicy": "Delete",
    }
    assert written["PollerFunction"]["Properties"] == {"CodeUri": "PollerFunction"}


@pytest.mark.parametrize("initialization", ["snap-start", "on-demand"])
def test_a_snapshot_holds_what_is_imported_and_nothing_else(initialization: str) -> None:
    core = Path(__file__).parents[2] / "layers" / "core"
    env = os.environ | {
        "AWS_LAMBDA_INITIALIZATION_TYPE": initialization,
        "PYTHONPATH": str(core),
    }
    ran = subprocess.run(
        [sys.executable, "-c", PROBE], env=env, capture_output=True, text=True, check=True
    )

    assert json.loads(ran.stdout) == {
        "imported": initialization == "snap-start",
        "sessions": 0,
        "connections": 0,
        "clients": 0,
        "peppers": 0,
        # Without a snapshot nothing is made anew, and the same seed gives the same number.
        "repeated": initialization == "on-demand",
    }
