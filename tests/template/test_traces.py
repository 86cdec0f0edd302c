"""Traces: X-Ray follows a request if it is asked to, and is told nothing of what is in it."""

import ast
from pathlib import Path

import pytest

from tests.template.document import FUNCTIONS, GLOBALS, RESOURCES, ROOT, TEMPLATE, of_type

SOURCES = sorted([*(ROOT / "layers" / "core").rglob("*.py"), *(ROOT / "functions").rglob("*.py")])
LOCKED = (ROOT / "layers" / "dependencies" / "requirements.txt").read_text()
# What would have X-Ray told of calls, their answers or their errors.
RECORDERS = ("aws_xray_sdk", "opentelemetry", "aws_lambda_powertools.tracing")


def imported(path: Path) -> set[str]:
    """Every module that a file imports, and every name out of one."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return names


def test_nobody_is_traced_until_it_is_asked_for() -> None:
    assert TEMPLATE["Parameters"]["Tracing"]["Default"] == "false"
    assert TEMPLATE["Conditions"]["HasTracing"] == {"Fn::Equals": [{"Ref": "Tracing"}, "true"]}


def test_functions_the_api_and_the_state_machines_are_traced_together() -> None:
    asked = {"Fn::If": ["HasTracing", True, False]}
    machines = of_type("AWS::Serverless::StateMachine")

    assert GLOBALS["Tracing"] == {"Fn::If": ["HasTracing", "Active", "PassThrough"]}
    assert not [name for name, function in FUNCTIONS.items() if "Tracing" in function]
    assert RESOURCES["Api"]["Properties"]["TracingEnabled"] == asked
    assert len(machines) == 2
    assert all(machine["Tracing"] == {"Enabled": asked} for machine in machines.values())


@pytest.mark.parametrize("recorder", RECORDERS)
def test_nothing_of_ours_tells_x_ray_anything(recorder: str) -> None:
    telling = [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if any(f"{name}.".startswith(f"{recorder}.") for name in imported(path))
    ]

    assert len(SOURCES) > 100
    assert telling == []
    assert "aws_lambda_powertools.Tracer" not in set().union(*map(imported, SOURCES))


def test_what_could_tell_it_is_not_even_installed() -> None:
    assert "aws-lambda-powertools==" in LOCKED
    assert "xray" not in LOCKED
    assert "opentelemetry" not in LOCKED
