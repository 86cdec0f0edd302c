"""What an error of AWS is called: all that may be logged of it."""

from botocore.exceptions import BotoCoreError, ClientError


def error_code(error: BotoCoreError | ClientError) -> str:
    """Return AWS's code, or the name of what kept AWS from answering."""
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"]
    return type(error).__name__
