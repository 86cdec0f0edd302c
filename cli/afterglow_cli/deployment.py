"""Which deployment is meant, and how its operator speaks to it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from afterglow.settings import Settings

if TYPE_CHECKING:
    from afterglow.services.administration import AdministrationService

# Any function would do: all are told the same.
FUNCTION = "AuthFunction"
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


class DeploymentError(Exception):
    """There is no such deployment, or it is none that this command knows."""


@dataclass(frozen=True, slots=True)
class Target:
    """A deployment by its stack, and whose AWS account it is in. None: as the environment says."""

    stack: str
    region: str | None
    profile: str | None


def administration(target: Target) -> "AdministrationService":
    """Return the operator's service of a deployment.

    Raises DeploymentError, and what botocore raises.
    """
    enter(target)
    # Only now: tables are named by the environment when they are imported.
    from afterglow import bootstrap

    return bootstrap.administration_service()


def enter(target: Target) -> Settings:
    """Take on the environment of a deployment's functions, and return what it says.

    Raises DeploymentError, and what botocore raises.
    """
    enter_account(target)
    os.environ.update(_contract(_environment(target.stack), target.stack))
    return Settings.from_env()


def enter_account(target: Target) -> None:
    """Have every AWS client from now on use the target's account and region."""
    if target.profile is not None:
        os.environ["AWS_PROFILE"] = target.profile
        # They would win over the profile that was asked for.
        for name in _KEYS:
            os.environ.pop(name, None)
    if target.region is not None:
        os.environ["AWS_DEFAULT_REGION"] = target.region


def _environment(stack: str) -> Mapping[str, str]:
    """Return the environment that the deployment's functions have."""
    cloudformation, lambda_ = boto3.client("cloudformation"), boto3.client("lambda")
    try:
        found = cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=FUNCTION)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        region = cloudformation.meta.region_name
        raise DeploymentError(
            f"There is no Afterglow in {region} under the name {stack}."
        ) from None
    name = found["StackResourceDetail"]["PhysicalResourceId"]
    configuration = lambda_.get_function_configuration(FunctionName=name)
    return configuration.get("Environment", {}).get("Variables", {})


def _contract(environment: Mapping[str, str], stack: str) -> dict[str, str]:
    """Return what `afterglow.settings` asks for, and nothing else."""
    names = [field.name.upper() for field in fields(Settings)]
    if missing := [name for name in names if name not in environment]:
        raise DeploymentError(
            f"{stack} is of another version than this command: it does not know {missing[0]}."
        )
    return {name: environment[name] for name in names}
