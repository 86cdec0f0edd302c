"""What was built answers over HTTP, each function from its own archive and the layers."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from local.deploy.client import client
from tests.packaging.command_line import ARCHITECTURE, runs_here
from tests.template.document import FUNCTIONS

pytestmark = pytest.mark.packaging

PASSWORD = "correct horse battery"
# A cold start unpacks the layers, on a machine that may be busy.
PATIENCE = 60.0


@pytest.fixture
def http(cloud: str, outputs: dict[str, str]) -> Iterator[httpx2.Client]:
    """A client of the deployed stage."""
    url = f"{cloud}/_aws/execute-api/{outputs['ApiId']}/packaging"
    with httpx2.Client(base_url=url, timeout=PATIENCE, trust_env=False) as opened:
        yield opened


def signed_in(http: httpx2.Client, username: str) -> dict[str, str]:
    """Register, and return what a browser over HTTPS would send from then on."""
    answer = http.post("/api/register", json={"username": username, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}


@pytest.mark.usefixtures("outputs")
def test_what_is_deployed_is_what_was_built(cloud: str) -> None:
    deployed = client("lambda", cloud).list_functions()["Functions"]

    assert len(deployed) == len(FUNCTIONS)
    for function in deployed:
        assert function["Runtime"] == "python3.13"
        assert function["Architectures"] == [ARCHITECTURE]
        assert function["Handler"] == "handler.lambda_handler"
        assert len(function["Layers"]) == 2


def test_what_an_operator_asks_for_is_deployed(cloud: str, outputs: dict[str, str]) -> None:
    """As far as ministack keeps it: backups and the tables' encryption it drops."""
    (key,) = client("kms", cloud).list_keys()["Keys"]
    pepper = client("secretsmanager", cloud).describe_secret(SecretId="/afterglow/packaging/pepper")
    groups = client("logs", cloud).describe_log_groups()["logGroups"]
    tables = client("dynamodb", cloud)
    firewalls = client("wafv2", cloud)
    (firewall,) = firewalls.list_web_acls(Scope="REGIONAL")["WebACLs"]
    before = firewalls.list_resources_for_web_acl(WebACLArn=firewall["ARN"])["ResourceArns"]
    stage = client("apigateway", cloud).get_stage(restApiId=outputs["ApiId"], stageName="packaging")
    functions = client("lambda", cloud).list_functions()["Functions"]

    assert pepper["KmsKeyId"] == key["KeyArn"]
    assert {group.get("kmsKeyId") for group in groups} == {key["KeyArn"]}
    for name in tables.list_tables()["TableNames"]:
        assert tables.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"] is True
    assert [arn.partition("::")[2] for arn in before] == [
        f"/restapis/{outputs['ApiId']}/stages/packaging"
    ]
    (throttle,) = stage["methodSettings"].values()
    assert (throttle["throttlingRateLimit"], throttle["throttlingBurstLimit"]) == (70, 140)
    assert {function["TracingConfig"]["Mode"] for function in functions} == {"Active"}
    (body,) = [
        client("cloudwatch", cloud).get_dashboard(DashboardName=each["DashboardName"])
        for each in client("cloudwatch", cloud).list_dashboards()["DashboardEntries"]
    ]
    assert "${" not in body["DashboardBody"]


@runs_here
def test_a_user_is_who_registered(http: httpx2.Client) -> None:
    cookie = signed_in(http, "ada")

    answer = http.get("/api/user", headers=cookie)

    assert answer.status_code == 200
    assert answer.json()["username"] == "ada"


@runs_here
def test_without_a_cookie_nobody_is_anyone(http: httpx2.Client) -> None:
    answer = http.get("/api/user")

    assert answer.status_code == 401
    assert list(answer.json()) == ["error"]


@runs_here
def test_every_other_function_answers_from_its_archive(http: httpx2.Client) -> None:
    cookie = signed_in(http, "grace")

    def post(path: str, body: dict[str, Any]) -> httpx2.Response:
        return http.post(path, json=body, headers=cookie)

    assistant = post("/api/assistants", {"name": "Tutor"})
    thread = post("/api/thread/new", {"assistantId": assistant.json()["id"]})
    messages = http.get(f"/api/threads/{thread.json()['id']}/messages", headers=cookie)
    missing = http.get("/api/assistants/999", headers=cookie)
    key = post("/api/settings/apikey", {"apiKey": "nonsense"})
    chat = post("/api/chat", {"threadId": thread.json()["id"], "message": "Hello?"})

    assert assistant.status_code == 201
    assert thread.status_code == 201
    assert (messages.status_code, messages.json()) == (200, [])
    assert missing.status_code == 404
    # Nothing was asked of OpenAI: the key is none, and so there is none to chat with.
    assert key.status_code == 400
    assert chat.status_code == 400
