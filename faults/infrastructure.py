"""What the services talk to: the emulator of AWS with the template's tables, and the stand-in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.environment import enter, physical_name, project_template
from local.deploy.client import client
from local.ports import HOST, Ports
from local.process import Child

PEPPER = "pepper of the fault harness"
SHAPE = ("AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema")


@dataclass(frozen=True)
class Infrastructure:
    """Where the two servers answer. `folder` holds their logs and the lanes' records."""

    cloud_url: str
    openai_url: str
    folder: Path


@contextmanager
def infrastructure(folder: Path) -> Iterator[Infrastructure]:
    """Start both servers and make what the template declares; end them afterwards."""
    ports = Ports.free()
    here = Infrastructure(
        f"http://{HOST}:{ports.cloud}", f"http://{HOST}:{ports.openai}", folder.resolve()
    )
    data = here.folder / "openai"
    data.mkdir(parents=True)
    cloud = Child("cloud", "faults.emulator", ["--port", ports.cloud], folder / "cloud.log")
    openai = Child(
        "stand-in",
        "local.openai",
        ["--port", ports.openai, "--data", data],
        folder / "openai.log",
    )
    try:
        cloud.wait_until_ready(f"{here.cloud_url}/_ministack/health")
        openai.wait_until_ready(f"{here.openai_url}/health")
        enter(here.cloud_url, here.openai_url)
        _create_resources(here.cloud_url)
        yield here
    finally:
        openai.kill()
        cloud.kill()


def _create_resources(endpoint: str) -> None:
    for name, resource in project_template()["Resources"].items():
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::DynamoDB::Table":
                shape = {key: properties[key] for key in SHAPE if key in properties}
                client("dynamodb", endpoint).create_table(TableName=physical_name(name), **shape)
            case "AWS::S3::Bucket":
                client("s3", endpoint).create_bucket(Bucket=physical_name(name))
            case "AWS::SecretsManager::Secret":
                client("secretsmanager", endpoint).create_secret(
                    Name=physical_name(name), SecretString=PEPPER
                )
