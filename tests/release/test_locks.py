"""Lock files hold what pyproject.toml asks for, by hash, and agree with each other."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LAMBDA = "layers/dependencies/requirements.txt"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
RUNTIME = PROJECT["project"]["dependencies"]
COMMAND = [*RUNTIME, *PROJECT["project"]["optional-dependencies"]["cli"]]
# Lambda's runtime brings it.
IN_LAMBDA = {"boto3"}
ASKED = {
    LAMBDA: [each for each in RUNTIME if each not in IN_LAMBDA],
    "requirements/baseline.txt": GROUPS["baseline"],
    "requirements/checkov.txt": GROUPS["checkov"],
    "requirements/command.txt": COMMAND,
    "requirements/dev.txt": [*COMMAND, *GROUPS["local"], *GROUPS["test"], *GROUPS["lint"]],
    "requirements/locust.txt": GROUPS["load"],
    "requirements/node.txt": GROUPS["node"],
    "requirements/release.txt": GROUPS["release"],
    "requirements/runtime.txt": GROUPS["runtime"],
    "requirements/sam.txt": GROUPS["sam"],
    "requirements/semgrep.txt": GROUPS["semgrep"],
}
_PIN = re.compile(r"^(?P<name>[\w.-]+)(\[[\w,-]+\])?==(?P<version>[^ ;\\]+)")


def pins(lock: str) -> dict[str, set[str]]:
    """Return the versions of each package in a lock file: one, or one for each marker."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text().splitlines():
        if pinned := _PIN.match(line):
            found.setdefault(canonicalize_name(pinned["name"]), set()).add(pinned["version"])
    return found


def missing(asked: Iterable[str], pinned: dict[str, set[str]]) -> list[str]:
    requirements = [Requirement(each) for each in asked]
    return [
        str(each)
        for each in requirements
        if not any(
            each.specifier.contains(version, prereleases=True)
            for version in pinned.get(canonicalize_name(each.name), ())
        )
    ]


def test_every_lock_file_is_known() -> None:
    found = {f"requirements/{path.name}" for path in (ROOT / "requirements").glob("*.txt")}

    assert found | {LAMBDA} == set(ASKED)


@pytest.mark.parametrize("lock", ASKED)
def test_a_lock_file_has_what_is_asked_for(lock: str) -> None:
    assert missing(ASKED[lock], pins(lock)) == []


@pytest.mark.parametrize("lock", ASKED)
def test_every_package_is_locked_by_hash(lock: str) -> None:
    # A package is a line that begins at the margin; its hashes are the lines below it.
    entries = re.split(r"^(?=[\w])", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]

    assert entries
    assert [entry.split(maxsplit=1)[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", [LAMBDA, "requirements/command.txt"])
def test_what_is_delivered_is_what_is_tested(lock: str) -> None:
    tested = pins("requirements/dev.txt")

    assert {name: v for name, v in pins(lock).items() if not v <= tested.get(name, set())} == {}
