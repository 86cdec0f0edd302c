"""What runs in Lambda is what is tested here."""

import re
import tomllib

from tests.packaging.command_line import PROJECT

# Lambda's own runtime holds it.
IN_LAMBDA = {"boto3"}


def pins(lock: str) -> dict[str, str]:
    """Versions by name."""
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (PROJECT / lock).read_text(), re.MULTILINE))


LAYER = pins("layers/dependencies/requirements.txt")
DEVELOPMENT = pins("requirements/dev.txt")


def test_the_layer_holds_every_dependency() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]

    assert set(project["dependencies"]) - IN_LAMBDA <= set(LAYER)


def test_the_layer_holds_the_versions_tested_here() -> None:
    assert LAYER
    assert {name: DEVELOPMENT.get(name) for name in LAYER} == LAYER


def test_sam_cli_is_the_version_asked_for() -> None:
    groups = tomllib.loads((PROJECT / "pyproject.toml").read_text())["dependency-groups"]

    assert groups["sam"] == [f"aws-sam-cli=={pins('requirements/sam.txt')['aws-sam-cli']}"]
