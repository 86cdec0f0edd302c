"""What `prod` deploys, and what checkov is told to pass over."""

import json
import re
from typing import Any

import pytest

from production import __main__ as command
from production.settled import parameters_of, settled
from production.transformed import read, transformed
from tests.template.document import RESOURCES, ROOT, TABLES, TEMPLATE

CONFIGURATION = (ROOT / "production" / "checkov.yaml").read_text().splitlines()
PASSED_OVER = {
    name: each["Metadata"]["checkov"]["skip"]
    for name, each in RESOURCES.items()
    if "checkov" in each.get("Metadata", {})
}


@pytest.fixture(scope="module", name="deployed")
def _deployed() -> dict[str, dict[str, Any]]:
    """The resources of a stage, by stage."""
    template = transformed(read())
    return {
        stage: settled(template, parameters_of(stage))["Resources"] for stage in ("dev", "prod")
    }


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_stage_sets_parameters_that_there_are(stage: str) -> None:
    given = parameters_of(stage)

    assert given["Stage"] == stage
    for name, value in given.items():
        assert value in map(str, TEMPLATE["Parameters"][name].get("AllowedValues", [value]))


@pytest.mark.parametrize(("stage", "is_kept"), [("dev", False), ("prod", True)])
def test_prod_is_protected_and_dev_can_be_deleted(
    deployed: dict[str, dict[str, Any]], stage: str, *, is_kept: bool
) -> None:
    resources = deployed[stage]
    tables = [resources[name]["Properties"] for name in TABLES]

    assert {table["DeletionProtectionEnabled"] for table in tables} == {is_kept}
    assert {name for name in ("DataKey", "Firewall", "FirewallOfApi") if name in resources} == (
        {"DataKey", "Firewall", "FirewallOfApi"} if is_kept else set()
    )
    assert ("SSESpecification" in resources["UsersTable"]["Properties"]) is is_kept
    assert resources["AuthFunction"]["Properties"].get("ReservedConcurrentExecutions") is None


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_what_is_settled_depends_on_nothing_any_more(
    deployed: dict[str, dict[str, Any]], stage: str
) -> None:
    text = json.dumps(deployed[stage])

    assert "Fn::If" not in text
    assert "AWS::NoValue" not in text
    assert not [name for name in TEMPLATE["Parameters"] if f'{{"Ref": "{name}"}}' in text]
    named = {*re.findall(r'"Ref": "(\w+)"', text), *re.findall(r'"Fn::GetAtt": \["(\w+)"', text)}
    assert named <= set(deployed[stage])


def test_checkov_is_given_all_but_the_routes_once_more(
    deployed: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["template"]) == 0

    given = json.loads(capsys.readouterr().out)["Resources"]

    expected = json.loads(json.dumps(deployed["prod"]))
    del expected["Api"]["Properties"]["Body"]
    assert given == expected


def test_whatever_is_passed_over_everywhere_is_argued() -> None:
    checks = [at for at, line in enumerate(CONFIGURATION) if line.startswith("  - CKV")]

    assert checks
    for at in checks:
        assert CONFIGURATION[at - 1].startswith("  # ")
        assert CONFIGURATION[at - 1].endswith((".", ").", "0022."))


def test_whatever_is_passed_over_at_a_resource_is_argued() -> None:
    assert {(name, each["id"]) for name, skips in PASSED_OVER.items() for each in skips} == {
        ("DataKey", "CKV_AWS_33"),
        ("Firewall", "CKV_AWS_192"),
        ("IdempotencyTable", "CKV_AWS_28"),
        ("LimitsTable", "CKV_AWS_28"),
        ("SessionsTable", "CKV_AWS_28"),
    }
    assert all(each["comment"].endswith(".") for skips in PASSED_OVER.values() for each in skips)
