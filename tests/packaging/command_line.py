"""SAM CLI as people run it, on the untouched template."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from local.deploy.client import REGION, ROOT

PROJECT = Path(__file__).parents[2]
SAM = PROJECT / ".tools" / "sam" / "bin" / "sam"
LAMBDA_PYTHON = (3, 13)

# Lambda's name of this machine's processor.
ARCHITECTURE = {"aarch64": "arm64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())

# What was built is for Linux and for Lambda's Python.
runs_here = pytest.mark.skipif(
    sys.version_info[:2] != LAMBDA_PYTHON or sys.platform != "linux",
    reason="what was built is not called: this is not Python 3.13 on Linux",
)


def sam(*arguments: object, endpoint: str | None = None) -> str:
    """Run it to its end and return what it said; anything but success fails the test."""
    completed = subprocess.run(
        [SAM, *map(str, arguments)],
        cwd=PROJECT,
        env=_environment(endpoint),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stdout
    return completed.stdout


def _environment(endpoint: str | None) -> dict[str, str]:
    """Ours without any AWS account in it; with an endpoint, the local cloud's."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ours |= {"SAM_CLI_TELEMETRY": "0", "AWS_EC2_METADATA_DISABLED": "true"}
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    if endpoint is None:
        return ours | nowhere
    return (
        ours
        | nowhere
        | {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": ROOT,
            "AWS_SECRET_ACCESS_KEY": ROOT,
            "AWS_DEFAULT_REGION": REGION,
        }
    )
