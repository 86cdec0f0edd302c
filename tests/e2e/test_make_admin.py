"""`make admin` beside `make run`."""

import os
import subprocess
from pathlib import Path

from local.runtime.serve import PROJECT
from local.up import LocalCloud
from tests.e2e.visitor import Visitor


def make(*variables: str) -> subprocess.CompletedProcess[str]:
    """Run `make admin` in a shell that has a USER of its own, and an AWS account."""
    aside = {"USER": "somebody", "AWS_PROFILE": "mine", "AWS_SESSION_TOKEN": "mine"}
    return subprocess.run(
        ["make", "--no-print-directory", "admin", *variables],  # noqa: S607 - as a user does
        cwd=PROJECT,
        env=os.environ | aside,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_make_admin_finds_the_local_cloud_by_its_folder(
    visitor: Visitor, cloud: LocalCloud
) -> None:
    place = [f"USER={visitor.username}", f"DATA={cloud.data}"]

    granted = make(*place)
    assert (granted.returncode, granted.stdout) == (0, f"{visitor.username} is an admin now.\n")
    assert visitor.role() == "admin"
    assert make(*place, "ACTION=revoke").returncode == 0
    assert visitor.role() == "user"


def test_make_admin_does_not_take_the_shells_user_for_somebody(cloud: LocalCloud) -> None:
    refused = make(f"DATA={cloud.data}")

    assert refused.returncode == 2
    assert refused.stdout == "Say who: make admin USER=ada\n"


def test_make_admin_without_a_local_cloud_asks_for_one_in_a_line(tmp_path: Path) -> None:
    refused = make("USER=ada", f"DATA={tmp_path}")

    assert refused.returncode == 2
    assert refused.stdout.strip() == (
        f"Error: No local cloud is up on {tmp_path}: is `make run` up?"
    )
