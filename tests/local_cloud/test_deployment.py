"""Starts after the first: what is kept, what is skipped, what is brought up to date."""

import json
import stat
import time
from pathlib import Path

import httpx2
import pytest

from local.deploy.stack import DeploymentError
from local.up import LocalCloud
from tests.local_cloud.conftest import NewCloud

# What a kill may cost.
FIVE_SECONDS = 5.0
# Accepted as a template, refused when it is made.
STILLBORN = """\
  Broken:
    Type: AWS::SecretsManager::SecretTargetAttachment
    Properties: {SecretId: none, TargetId: none, TargetType: none}

Outputs:"""


def status(cloud: LocalCloud, path: str) -> int:
    return httpx2.get(f"{cloud.front_url}/api/probe/{path}", timeout=30).status_code


def test_state_outlives_kill_9(new_cloud: NewCloud, tmp_path: Path) -> None:
    cloud = new_cloud(tmp_path).start()
    assert cloud.deployed
    assert status(cloud, "keep?id=before") == 201
    time.sleep(FIVE_SECONDS)
    outputs = cloud.outputs
    cloud.kill()

    cloud.start()

    assert not cloud.deployed
    assert cloud.outputs == outputs
    assert status(cloud, "find?id=before") == 200
    assert status(cloud, "overreach") == 403
    cloud.stop()


def test_an_orderly_end_costs_nothing(new_cloud: NewCloud, tmp_path: Path) -> None:
    cloud = new_cloud(tmp_path).start()
    assert status(cloud, "keep?id=last") == 201
    cloud.stop()

    cloud.start()

    assert status(cloud, "find?id=last") == 200
    cloud.stop()


def test_a_changed_template_is_deployed_and_data_stays(
    new_cloud: NewCloud, tmp_path: Path, app: Path
) -> None:
    template = app / "template.yaml"
    original = template.read_text()
    cloud = new_cloud(tmp_path).start()
    assert status(cloud, "keep?id=kept") == 201
    assert status(cloud, "overreach") == 403

    try:
        allowed = original.replace("dynamodb:PutItem]", "dynamodb:PutItem, dynamodb:Scan]")
        template.write_text(allowed)
        cloud.deploy()
        assert cloud.deployed
        assert status(cloud, "find?id=kept") == 200
        assert status(cloud, "overreach") == 200
        assert status(cloud, "unknown/path") == 404
        cloud.deploy()
        assert not cloud.deployed
    finally:
        template.write_text(original)
        cloud.stop()


@pytest.mark.parametrize(
    ("valid", "broken", "reason"),
    [
        ("AWS::DynamoDB::Table", "AWS::DynamoDB::Chair", "AWS::DynamoDB::Chair"),
        ("Outputs:", STILLBORN, "Broken: .*TargetType"),
        ("Resources:", "Things:", "^template.yaml is no template: It has no Resources.$"),
    ],
)
def test_a_refused_template_says_why_and_can_be_mended(
    new_cloud: NewCloud, tmp_path: Path, app: Path, valid: str, broken: str, reason: str
) -> None:
    template = app / "template.yaml"
    original = template.read_text()
    cloud = new_cloud(tmp_path)
    template.write_text(original.replace(valid, broken))
    try:
        with pytest.raises(DeploymentError, match=reason):
            cloud.start()
    finally:
        template.write_text(original)

    cloud.start()

    assert status(cloud, "keep?id=mended") == 201
    cloud.stop()


def test_nothing_of_the_data_is_open_to_others(cloud: LocalCloud) -> None:
    temporary = cloud.data / "cloud" / "tmp"
    kept = [path for path in cloud.data.rglob("*") if temporary not in path.parents]
    assert {"logs", "tmp", "cloud.log", "state.db", "lock"} <= {path.name for path in kept}

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (cloud.data, *kept)}

    assert not {path: oct(mode) for path, mode in modes.items() if mode & 0o077}


def test_the_environments_for_sam_local_are_written(cloud: LocalCloud) -> None:
    written = json.loads((cloud.data / "sam-local.json").read_text())

    assert written == {
        "ProbeFunction": {
            "STAGE": "local",
            "TABLE": cloud.outputs["TableName"],
            "AWS_ENDPOINT_URL": cloud.cloud_url,
            "AWS_REGION": "us-east-1",
        }
    }


def test_temporary_files_are_cleared_away(new_cloud: NewCloud, tmp_path: Path) -> None:
    temporary = tmp_path / "cloud" / "tmp"
    cloud = new_cloud(tmp_path).start()
    assert status(cloud, "greet") == 200
    unzipped = list(temporary.rglob("bootstrap"))
    assert unzipped
    cloud.kill()
    (temporary / "left-behind").touch()

    cloud.start()
    assert not (temporary / "left-behind").exists()
    cloud.stop()

    assert not temporary.exists()
