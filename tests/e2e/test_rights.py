"""The deployment has the rights of its template and no other: one that is taken away is missed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from local.deploy.client import client
from local.up import LocalCloud
from tests.e2e.visitor import Visitor
from tests.e2e.watch.rights import TAKEN_AWAY


@contextmanager
def taken_away(cloud: LocalCloud, role: str, action: str) -> Iterator[None]:
    """Take an action from a role of the deployment for a while."""
    iam = client("iam", cloud.cloud_url)
    (name,) = [each["RoleName"] for each in iam.list_roles()["Roles"] if role in each["RoleName"]]
    (policy,) = iam.list_role_policies(RoleName=name)["PolicyNames"]
    document: dict[str, Any] = iam.get_role_policy(RoleName=name, PolicyName=policy)[
        "PolicyDocument"
    ]
    less = json.loads(json.dumps(document))
    for statement in less["Statement"]:
        left = [each for each in statement["Action"] if each != action]
        # A statement has to be about something.
        statement["Action"] = left or ["logs:PutLogEvents"]
    assert less != document
    iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(less))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))


def test_a_right_that_is_taken_away_is_missed(cloud: LocalCloud, visitor: Visitor) -> None:
    assert visitor.get("/api/assistants").status_code == 200

    with taken_away(cloud, *TAKEN_AWAY):
        refused = visitor.get("/api/assistants")

    assert (refused.status_code, refused.json()) == (500, {"error": "Internal server error"})
    assert visitor.get("/api/assistants").status_code == 200
