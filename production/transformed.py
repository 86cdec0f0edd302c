"""The template after SAM's transform: plain CloudFormation, with every default filled in."""

import logging
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

# It tells of switches that it has for AWS's own tests.
logging.getLogger("samtranslator").setLevel(logging.ERROR)

Template = dict[str, Any]
TEMPLATE = Path(__file__).parents[1] / "template.yaml"
# The same on any machine: it is in nothing that is compared.
REGION = "us-east-1"
# What `sam package` would have uploaded.
_UPLOADED = "s3://artifacts/artifact"
_LOCAL = ("CodeUri", "ContentUri", "DefinitionUri")


def read() -> Template:
    """Return template.yaml with CloudFormation's short forms spelled out."""
    template: Template = yaml_parse(TEMPLATE.read_text())
    return template


def transformed(template: Template) -> Template:
    """Transform a template in place and return it. Nothing is asked of AWS.

    Raises InvalidDocumentException for what SAM does not take.
    """
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        properties |= {name: _UPLOADED for name in _LOCAL if name in properties}
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION))
    plain: Template = translator.translate(template, parameter_values={})
    return plain
