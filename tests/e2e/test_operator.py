"""The operator's command, on a deployment, and what users notice of it at the next request."""

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from local.deploy.client import REGION, ROOT
from local.deploy.stack import NAME
from local.up import LocalCloud
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor

Admin = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def admin(cloud: LocalCloud) -> Admin:
    """Run `afterglow admin` as somebody who knows nothing of the deployment but its name."""
    ours = {"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1"}
    env = ours | {
        "AWS_ENDPOINT_URL": cloud.cloud_url,
        "AWS_ACCESS_KEY_ID": ROOT,
        "AWS_SECRET_ACCESS_KEY": ROOT,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }

    def run(*arguments: str, stack: str = NAME) -> subprocess.CompletedProcess[str]:
        place = ["--stack", stack, "--region", REGION]
        return subprocess.run(
            [sys.executable, "-m", "afterglow_cli", "admin", *arguments, *place],
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


def test_an_admin_is_made_and_unmade_between_two_requests(
    visitor: Visitor, new_visitor: NewVisitor, admin: Admin
) -> None:
    bystander = new_visitor()
    bystander.register()
    assert visitor.role() == "user"

    granted = admin("grant", visitor.username.upper())
    assert (granted.returncode, granted.stdout) == (0, f"{visitor.username} is an admin now.\n")
    assert visitor.role() == "admin"
    assert bystander.role() == "user"
    listed = admin("list")
    assert visitor.username in listed.stdout
    assert bystander.username not in listed.stdout
    assert bystander.username in admin("list", "--all").stdout

    again = admin("grant", visitor.username)
    assert (again.returncode, again.stdout) == (0, f"{visitor.username} is an admin already.\n")

    revoked = admin("revoke", visitor.username)
    assert (revoked.returncode, revoked.stdout) == (
        0,
        f"{visitor.username} is no admin any more.\n",
    )
    assert visitor.role() == "user"
    assert visitor.username not in admin("list").stdout


def test_what_was_done_is_on_record_and_nothing_secret_is_said(
    visitor: Visitor, admin: Admin
) -> None:
    user_id = visitor.get("/api/user").json()["id"]

    done = admin("grant", visitor.username)
    listed = admin("list")

    record = json.loads(done.stderr)
    assert record.pop("time").endswith("+00:00")
    assert record == {
        "action": "admin.grant",
        "by": "arn:aws:iam::000000000000:root",
        "stack": NAME,
        "user": visitor.username,
        "userId": user_id,
        "changed": True,
    }
    said = done.stdout + done.stderr + listed.stdout + listed.stderr
    for secret in (visitor.password, visitor.api_key, visitor.api_key[-4:], "$argon2id$"):
        assert secret not in said


def test_who_is_disabled_is_out_at_once_by_cookie_and_by_token(
    visitor: Visitor, new_visitor: NewVisitor, admin: Admin
) -> None:
    program = new_visitor()
    token = program.post("/api/v1/auth/token", visitor.credentials).json()["access_token"]
    program.http.headers["Authorization"] = f"Bearer {token}"
    assert visitor.get("/api/user").status_code == 200
    assert program.get("/api/v1/config/assistant/limit").status_code == 200

    disabled = admin("disable", visitor.username)

    assert disabled.returncode == 0, disabled.stderr
    assert visitor.get("/api/user").status_code == 401
    assert program.get("/api/v1/config/assistant/limit").status_code == 401
    refused = new_visitor().post("/api/login", visitor.credentials)
    assert (refused.status_code, refused.json()) == (
        401,
        {"error": "Invalid username or password"},
    )

    assert admin("enable", visitor.username).returncode == 0
    assert visitor.get("/api/user").status_code == 401
    assert program.get("/api/v1/config/assistant/limit").status_code == 401
    visitor.http.cookies.clear()
    assert visitor.login().status_code == 200
    assert visitor.get("/api/user").status_code == 200


def test_what_cannot_be_done_is_one_line(admin: Admin) -> None:
    for failed, said in [
        (admin("grant", "nobody-of-that-name"), "No user is called nobody-of-that-name"),
        (admin("list", stack="no-such-stack"), "There is no Afterglow in us-east-1"),
    ]:
        assert (failed.returncode, failed.stdout) == (1, "")
        assert failed.stderr.startswith("Error: ")
        assert said in failed.stderr
        assert failed.stderr.count("\n") == 1
