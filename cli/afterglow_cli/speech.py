"""What the command says: results on stdout, all else on stderr."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
)
from botocore.parsers import ResponseParserError
from pynamodb.exceptions import PynamoDBException
from rich.console import Console

from afterglow.domain.errors import DomainError
from afterglow_cli.deployment import DeploymentError

KNOWN_ERRORS = (
    BotoCoreError,
    ClientError,
    DeploymentError,
    DomainError,
    PynamoDBException,
    ResponseParserError,
)
_WAYS_OUT = {
    NoCredentialsError: "There are no AWS credentials: say --profile, or set AWS_PROFILE.",
    NoRegionError: "It is not known in which region: say --region, or set AWS_REGION.",
}


def tell(text: str) -> None:
    """Print a line of the result, whatever characters are in it."""
    Console(highlight=False, soft_wrap=True).print(text, markup=False)


@contextmanager
def explained() -> Iterator[None]:
    """Say in one line what went wrong, and exit with 1."""
    try:
        yield
    except KNOWN_ERRORS as error:
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        console.print("[bold red]Error:[/]", end=" ")
        console.print(_reason(error), markup=False)
        raise typer.Exit(1) from None


def _reason(error: Exception) -> str:
    text = next((way for kind, way in _WAYS_OUT.items() if isinstance(error, kind)), str(error))
    return " ".join(text.split())
