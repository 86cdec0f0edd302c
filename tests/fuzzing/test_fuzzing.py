"""Schemathesis on the running local cloud: no 5xx, no status and no body that is not described."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from local.deploy.client import REGION, ROOT
from local.deploy.stack import NAME
from local.up import LocalCloud
from tests.fuzzing.persona import Persona

PROJECT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
DIALECTS = {"A": "^/(?!api/v1/)", "B": "^/api/v1/"}
SHORT = ("--phases", "examples,fuzzing", "--max-examples", "2")
LONG = ("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "50")

each_persona = pytest.mark.parametrize(
    ("dialect", "role"),
    [("A", "user"), ("A", "nobody"), ("B", "user"), ("B", "admin"), ("B", "nobody")],
)
Fuzz = Callable[..., None]


@pytest.fixture
def fuzz(cloud: LocalCloud, tmp_path: Path) -> Fuzz:
    """Run Schemathesis as somebody, print its report, and fail as it does."""

    def run(dialect: str, role: str, *options: str) -> None:
        persona = Persona(cloud.front_url, f"fuzz-{uuid.uuid4().hex[:12]}", uuid.uuid4().hex)
        persona.settle()
        if role == "admin":
            grant(cloud, persona.username)
        document = tmp_path / "openapi.json"
        document.write_text(description(cloud))
        completed = subprocess.run(
            [
                *(
                    BIN / "schemathesis",
                    "--config-file",
                    Path(__file__).with_name("schemathesis.toml"),
                ),
                *("run", document, "--url", cloud.front_url),
                *("--include-path-regex", DIALECTS[dialect], *options),
            ],
            env=environment(persona, role),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        # pytest shows it for a test that failed, and for every test with -s.
        sys.stdout.write(f"\n=== dialect {dialect}, {role} ===\n{completed.stdout}")
        sys.stderr.write(completed.stderr)
        assert completed.returncode == 0

    return run


def description(cloud: LocalCloud) -> str:
    """The document that is served, with the name that a local deployment's cookie has."""
    document = httpx2.get(f"{cloud.front_url}/openapi.json", timeout=40).json()
    document["components"]["securitySchemes"]["session"]["name"] = "sid"
    return json.dumps(document)


def environment(persona: Persona, role: str) -> dict[str, str]:
    """What tests/fuzzing/hooks.py is told."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, (PROJECT, PROJECT / "layers" / "core"))),
        "NO_PROXY": "127.0.0.1",
        "FUZZ_FRONT": persona.front,
        "FUZZ_ROLE": role,
        "FUZZ_USERNAME": persona.username,
        "FUZZ_PASSWORD": persona.password,
    }


def grant(cloud: LocalCloud, username: str) -> None:
    """Make somebody an admin, as an operator does."""
    place = ("--stack", NAME, "--region", REGION)
    subprocess.run(
        [sys.executable, "-m", "afterglow_cli", "admin", "grant", username, *place],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, (PROJECT / "cli", PROJECT / "layers" / "core"))),
            "NO_PROXY": "127.0.0.1",
            "AWS_ENDPOINT_URL": cloud.cloud_url,
            "AWS_ACCESS_KEY_ID": ROOT,
            "AWS_SECRET_ACCESS_KEY": ROOT,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        },
        check=True,
        timeout=60,
    )


@each_persona
def test_what_is_answered_is_what_is_described(fuzz: Fuzz, dialect: str, role: str) -> None:
    fuzz(dialect, role, *SHORT)


@pytest.mark.fuzz
@pytest.mark.timeout(3600)
@each_persona
def test_it_is_so_for_long(fuzz: Fuzz, dialect: str, role: str) -> None:
    fuzz(dialect, role, *LONG)
