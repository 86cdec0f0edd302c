"""What to say of what AWS answers."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
)
from botocore.parsers import ResponseParserError
from pynamodb.exceptions import PynamoDBException

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


def aws_reason(error: Exception) -> str | None:
    """Return what to say of an error, None of one that nobody foresaw."""
    if not isinstance(error, KNOWN_ERRORS):
        return None
    return next((way for kind, way in _WAYS_OUT.items() if isinstance(error, kind)), str(error))
