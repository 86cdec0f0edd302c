"""`afterglow admin` on the local cloud."""

import os
import sys
from typing import NoReturn

from local.deploy.client import REGION, ROOT
from local.deploy.stack import NAME


def become_admin_command(endpoint: str, action: str, username: str) -> NoReturn:
    """Go on as the operator's command, as the owner of the local cloud."""
    command = [sys.executable, "-m", "afterglow_cli", "admin", action, "--stack", NAME]
    os.execve(sys.executable, [*command, "--", username], _environment(endpoint))  # noqa: S606


def _environment(endpoint: str) -> dict[str, str]:
    """The shell's, but for what it says of another AWS account."""
    kept = {name: at for name, at in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "AWS_ACCESS_KEY_ID": ROOT,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_SECRET_ACCESS_KEY": ROOT,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "no_proxy": "127.0.0.1",
    }
