"""The template as the local cloud gets it, as data."""

import io
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from local.deploy import bootstrap
from local.deploy import template as templates
from local.runtime.serve import PROJECT, SOURCES

CODE = "s3://bucket/bootstrap.zip"
ORIGINAL = templates.read((PROJECT / "template.yaml").read_text())
DEFINITIONS = {
    "DirectoryIngest": "s3://bucket/another.json",
    "RunPoller": "s3://bucket/definition.json",
}
LOCAL = templates.localise(ORIGINAL, PROJECT, CODE, DEFINITIONS)
LAYER = "AWS::Serverless::LayerVersion"


def of_kind(template: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        name: each["Properties"]
        for name, each in template["Resources"].items()
        if each["Type"] == kind
    }


def test_nothing_but_functions_layers_and_their_defaults_is_touched() -> None:
    for name, resource in ORIGINAL["Resources"].items():
        if resource["Type"] not in (templates.FUNCTION, LAYER, templates.STATE_MACHINE):
            assert LOCAL["Resources"][name] == resource
    for section in ("Parameters", "Outputs", "Transform", "Description"):
        assert LOCAL[section] == ORIGINAL[section]
    defaults = dict(ORIGINAL["Globals"]["Function"])
    del defaults["Runtime"], defaults["Layers"]
    assert LOCAL["Globals"] == ORIGINAL["Globals"] | {"Function": defaults}


def test_layers_are_not_deployed() -> None:
    assert of_kind(ORIGINAL, LAYER)
    assert not of_kind(LOCAL, LAYER)
    assert "Layers" not in LOCAL["Globals"]["Function"]


def test_a_function_differs_in_where_its_code_is_and_in_nothing_else() -> None:
    functions = of_kind(ORIGINAL, templates.FUNCTION)
    assert functions
    for name, properties in functions.items():
        local = dict(of_kind(LOCAL, templates.FUNCTION)[name])
        sources = local["Environment"]["Variables"][SOURCES].split(os.pathsep)
        assert sources == [
            str(PROJECT / properties["CodeUri"]),
            str(PROJECT / "layers" / "core"),
        ]
        assert local["Runtime"] == "provided.al2023"
        for key in properties.keys() - {"CodeUri", "Environment"}:
            assert local[key] == properties[key]


def test_a_state_machine_differs_in_where_its_definition_is_and_in_nothing_else() -> None:
    machines = of_kind(ORIGINAL, templates.STATE_MACHINE)
    assert machines.keys() == DEFINITIONS.keys()
    for name, properties in machines.items():
        local = of_kind(LOCAL, templates.STATE_MACHINE)[name]
        assert local == properties | {"DefinitionUri": DEFINITIONS[name]}


def test_the_definition_of_a_state_machine_is_the_file_as_it_is() -> None:
    machines = of_kind(ORIGINAL, templates.STATE_MACHINE)

    assert templates.definitions(ORIGINAL, PROJECT) == {
        name: (PROJECT / machine["DefinitionUri"]).read_bytes()
        for name, machine in machines.items()
    }
    assert machines.keys() == {"DirectoryIngest", "RunPoller"}


@pytest.mark.parametrize("properties", [{"DefinitionUri": "nowhere.asl.json"}, {}])
def test_a_state_machine_without_a_definition_is_refused(properties: dict[str, str]) -> None:
    machine = {"Type": templates.STATE_MACHINE, "Properties": properties}

    with pytest.raises(templates.TemplateError, match=r"^Poller has no DefinitionUri"):
        templates.definitions({"Resources": {"Poller": machine}}, PROJECT)


def test_the_original_is_left_as_it_was() -> None:
    assert templates.read((PROJECT / "template.yaml").read_text()) == ORIGINAL


def test_gateway_responses_are_found() -> None:
    responses = templates.gateway_responses(ORIGINAL)["Api"]

    assert responses["MISSING_AUTHENTICATION_TOKEN"]["StatusCode"] == 404


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", "It has no Resources."),
        ("Resources:", "It has no Resources."),
        ("Transform: AWS::Serverless-2016-10-31", "It has no Resources."),
        ("Resources: {Table: AWS::DynamoDB::Table}", "Table has no Type."),
        ("Resources: {Auth: {Type: AWS::Serverless::Function}}", "Auth has no Properties."),
        ("Resources: {Poll: {Type: AWS::Serverless::StateMachine}}", "Poll has no Properties."),
        ("Resources: {Table", "while parsing a flow mapping"),
    ],
)
def test_what_is_no_template_is_refused_in_a_line(text: str, flaw: str) -> None:
    with pytest.raises(templates.TemplateError) as caught:
        templates.read(text)

    assert str(caught.value).startswith(flaw)
    assert "\n" not in str(caught.value)


def test_the_bootstrap_is_an_executable_script_and_always_the_same() -> None:
    with zipfile.ZipFile(io.BytesIO(bootstrap.archive())) as archive:
        entry = archive.getinfo("bootstrap")
        assert archive.read(entry).decode() == bootstrap.script()

    assert entry.external_attr >> 16 == stat.S_IFREG | 0o755
    assert bootstrap.archive() == bootstrap.archive()


def test_without_a_fork_server_the_bootstrap_runs_the_function_itself(tmp_path: Path) -> None:
    script = tmp_path / "bootstrap"
    script.write_text(bootstrap.script())
    (tmp_path / "handler.py").write_text("raise SystemExit(42)")
    ended = subprocess.run(
        ["/bin/sh", script],
        check=False,
        timeout=60,
        env={
            "PATH": os.environ["PATH"],
            "LOCAL_FORK_SERVER": str(tmp_path / "fork.sock"),
            SOURCES: str(tmp_path),
            "_HANDLER": "handler.lambda_handler",
            "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1",
        },
    )

    assert ended.returncode == 42
    assert sys.executable in bootstrap.script()
