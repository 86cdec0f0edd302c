"""The template as the local cloud gets it: the same but for how code and definitions get there.

Functions become `provided.al2023` ones whose `bootstrap` runs the working tree. Layers are not
deployed: the core layer is a source folder, the dependencies are in the virtual environment. State
machines are uploaded as they are.
"""

import copy
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from samtranslator.yaml_helper import yaml_parse

from local.runtime.serve import SOURCES

Template = dict[str, Any]
FUNCTION = "AWS::Serverless::Function"
LAYER = "AWS::Serverless::LayerVersion"
API = "AWS::Serverless::Api"
STATE_MACHINE = "AWS::Serverless::StateMachine"


class TemplateError(Exception):
    """The text is no template."""


def read(text: str) -> Template:
    """Parse a template with CloudFormation's short forms; raise TemplateError if it is none."""
    try:
        template: Template = yaml_parse(text)
    except yaml.YAMLError as error:
        raise TemplateError(" ".join(str(error).split())) from error
    if flaw := _flaw(template):
        raise TemplateError(flaw)
    return template


def localise(
    template: Template, project: Path, code_uri: str, definition_uris: Mapping[str, str]
) -> Template:
    """A copy of the template whose functions run from the project's folder.

    `definition_uris` are where the state machines' definitions are, by logical id.
    """
    local = copy.deepcopy(template)
    resources = local["Resources"]
    layers = [resources.pop(name) for name in _names(template, LAYER)]
    shared = [folder for layer in layers if (folder := _sources(layer, project))]
    defaults = local.get("Globals", {}).get("Function", {})
    code = defaults.pop("CodeUri", ".")
    for key in ("Runtime", "Layers"):
        defaults.pop(key, None)
    for name in _names(local, FUNCTION):
        properties = resources[name]["Properties"]
        properties.pop("Layers", None)
        sources = [project / properties.get("CodeUri", code), *shared]
        properties |= {"Runtime": "provided.al2023", "CodeUri": code_uri}
        variables = properties.setdefault("Environment", {}).setdefault("Variables", {})
        variables[SOURCES] = os.pathsep.join(map(str, sources))
    for name, uri in definition_uris.items():
        resources[name]["Properties"]["DefinitionUri"] = uri
    return local


def functions(template: Template) -> list[str]:
    """The logical ids of the functions."""
    return _names(template, FUNCTION)


def definitions(template: Template, project: Path) -> dict[str, bytes]:
    """What each state machine (by logical id) is defined as; raise TemplateError if one is not."""
    resources = template["Resources"]
    paths = {
        name: project / resources[name]["Properties"].get("DefinitionUri", "")
        for name in _names(template, STATE_MACHINE)
    }
    for name, path in paths.items():
        if not path.is_file():
            raise TemplateError(f"{name} has no DefinitionUri that is a file.")
    return {name: path.read_bytes() for name, path in paths.items()}


def gateway_responses(template: Template) -> dict[str, dict[str, Any]]:
    """What each API (by logical id) answers when no function does."""
    resources = template["Resources"]
    return {
        name: resources[name]["Properties"].get("GatewayResponses", {})
        for name in _names(template, API)
    }


def _flaw(template: object) -> str | None:
    """What we, unlike CloudFormation, could not say when we came upon it."""
    resources = template.get("Resources") if isinstance(template, dict) else None
    if not isinstance(resources, dict) or not resources:
        return "It has no Resources."
    for name, each in resources.items():
        if not isinstance(each, dict) or "Type" not in each:
            return f"{name} has no Type."
        ours = {FUNCTION, LAYER, API, STATE_MACHINE}
        if each["Type"] in ours and not isinstance(each.get("Properties"), dict):
            return f"{name} has no Properties."
    return None


def _names(template: Template, kind: str) -> list[str]:
    return [name for name, each in template["Resources"].items() if each["Type"] == kind]


def _sources(layer: Template, project: Path) -> Path | None:
    """The folder of a layer of our own: it holds a package, not a list of requirements."""
    folder = project / layer["Properties"]["ContentUri"]
    return folder if any(folder.glob("*/__init__.py")) else None
