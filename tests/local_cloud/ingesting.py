"""A local cloud with the project's own buckets and queues, and what has come through them."""

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from samtranslator.yaml_helper import yaml_parse

from local.deploy.client import client
from local.ports import Ports
from local.up import LocalCloud
from tests.template.document import FUNCTIONS, RESOURCES

APP = Path(__file__).parent / "ingest"
NO_UPSTREAM = "http://127.0.0.1:1/v1"
OURS = (
    "StagingBucket",
    "ContentBucket",
    "IngestQueue",
    "IngestDeadLetterQueue",
    "IngestQueuePolicy",
)
PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class IngestCloud:
    """A cloud whose function takes notes of its queue."""

    cloud: LocalCloud

    def __getitem__(self, output: str) -> str:
        return self.cloud.outputs[output]

    def client(self, service: str) -> Any:
        """Return a client of the cloud's, as its owner."""
        return client(service, self.cloud.cloud_url)

    def notes(self) -> list[str]:
        """Return the bodies of all messages, once for each time that they came."""
        items = self.client("dynamodb").scan(TableName=self["TableName"])["Items"]
        return [item["body"]["S"] for item in items]

    def arrived(self) -> list[str]:
        """Return the keys that S3 has told of."""
        bodies = [json.loads(body) for body in self.notes()]
        return [
            record["s3"]["object"]["key"] for body in bodies for record in body.get("Records", [])
        ]


def template_of(folder: Path) -> Path:
    """Return the template with the project's resources, and its function with its own event."""
    shutil.copytree(APP, folder, ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / "template.yaml"
    template = yaml_parse(path.read_text())
    template["Resources"] |= {name: RESOURCES[name] for name in OURS}
    events = template["Resources"]["IngestFunction"]["Properties"]["Events"]
    events |= FUNCTIONS["IngestFunction"]["Events"]
    path.write_text(yaml.safe_dump(template))
    return path


def ingest_cloud(folder: Path, **parameters: str) -> LocalCloud:
    """Return a cloud, not started."""
    return LocalCloud(
        Ports.free(),
        folder / "cloud",
        openai_base_url=NO_UPSTREAM,
        template=template_of(folder / "app"),
        parameters=parameters,
    )


def eventually(holds: Callable[[], bool]) -> bool:
    """Tell whether something comes to be."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
