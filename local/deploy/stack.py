"""Create or update the stack on the local cloud; leave it alone when nothing has changed."""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.deploy import artifacts, bootstrap, responses
from local.deploy import template as templates
from local.deploy.client import client

NAME = "afterglow-local"
DIGEST = "afterglow:digest"
DEFINITIONS = "statemachines/*.asl.json"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
STILLBORN = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
Outputs = dict[str, str]


class DeploymentError(Exception):
    """The local cloud refused the template."""


@dataclass(frozen=True)
class Stack:
    """The project's template on one local cloud."""

    endpoint: str
    template: Path
    parameters: dict[str, str]

    def deploy(self) -> tuple[Outputs, bool]:
        """Bring the stack up to date; tell its outputs and whether anything was to be done."""
        current = self._describe()
        digest = self._digest()
        if current and current["StackStatus"] in DONE and _tags(current).get(DIGEST) == digest:
            return _outputs(current), False
        template = self._read()
        if current and current["StackStatus"] in STILLBORN:
            self._delete()
            current = None
        self._apply(template, digest, update=current is not None)
        outputs = _outputs(self._finished())
        apis = dict(self._physical_ids("AWS::ApiGateway::RestApi"))
        responses.put(self.endpoint, apis, templates.gateway_responses(template))
        return outputs, True

    def functions(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Each function's logical id and environment, as deployed."""
        lambda_ = client("lambda", self.endpoint)
        for name, function in self._physical_ids("AWS::Lambda::Function"):
            configuration = lambda_.get_function_configuration(FunctionName=function)
            yield name, configuration.get("Environment", {}).get("Variables", {})

    def _read(self) -> templates.Template:
        try:
            return templates.read(self.template.read_text())
        except templates.TemplateError as error:
            raise DeploymentError(f"{self.template.name} is no template: {error}") from error

    def _digest(self) -> str:
        """Of everything that decides what is deployed, this package included."""
        package = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
        parts = [
            package,
            self.template.read_bytes(),
            *(path.read_bytes() for path in sorted(self.template.parent.glob(DEFINITIONS))),
            bootstrap.archive(),
            json.dumps(self.parameters, sort_keys=True).encode(),
        ]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def _describe(self) -> dict[str, Any] | None:
        cloudformation = client("cloudformation", self.endpoint)
        try:
            stacks = cloudformation.describe_stacks(StackName=NAME)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":
                return None
            raise
        stack: dict[str, Any] = stacks[0]
        return stack

    def _apply(self, template: templates.Template, digest: str, *, update: bool) -> None:
        try:
            url = artifacts.put(self.endpoint, template, self.template.parent)
        except templates.TemplateError as error:
            raise DeploymentError(str(error)) from error
        cloudformation = client("cloudformation", self.endpoint)
        change = cloudformation.update_stack if update else cloudformation.create_stack
        parameters = self.parameters.items()
        try:
            change(
                StackName=NAME,
                TemplateURL=url,
                Parameters=[{"ParameterKey": key, "ParameterValue": at} for key, at in parameters],
                Capabilities=CAPABILITIES,
                Tags=[{"Key": DIGEST, "Value": digest}],
            )
        except ClientError as error:
            raise DeploymentError(error.response["Error"]["Message"]) from error

    def _delete(self) -> None:
        """A stack that never came to be can only be deleted."""
        client("cloudformation", self.endpoint).delete_stack(StackName=NAME)
        while stack := self._describe():
            if stack["StackStatus"] not in {"DELETE_IN_PROGRESS", *STILLBORN}:
                break
            time.sleep(0.05)

    def _finished(self) -> dict[str, Any]:
        while (stack := self._describe()) and stack["StackStatus"].endswith("IN_PROGRESS"):
            time.sleep(0.05)
        if stack is None or stack["StackStatus"] not in DONE:
            raise DeploymentError("\n".join(self._failures()) or "The stack is gone.")
        return stack

    def _failures(self) -> Iterator[str]:
        events = client("cloudformation", self.endpoint).describe_stack_events(StackName=NAME)
        for event in events["StackEvents"]:
            if event["ResourceStatus"].endswith("FAILED"):
                yield f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"

    def _physical_ids(self, kind: str) -> Iterator[tuple[str, str]]:
        cloudformation = client("cloudformation", self.endpoint)
        described = cloudformation.describe_stack_resources(StackName=NAME)
        for resource in described["StackResources"]:
            if resource["ResourceType"] == kind:
                yield resource["LogicalResourceId"], resource["PhysicalResourceId"]


def _outputs(stack: dict[str, Any]) -> Outputs:
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}


def _tags(stack: dict[str, Any]) -> dict[str, str]:
    return {each["Key"]: each["Value"] for each in stack.get("Tags", [])}
