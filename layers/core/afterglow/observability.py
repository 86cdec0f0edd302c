"""One JSON line per request. Nothing a user sent is ever in it."""

import logging
import re
import traceback
from collections.abc import Iterator, Mapping

from aws_lambda_powertools import Logger

from afterglow.domain.errors import DomainError

# The event is never logged: it holds passwords, keys, cookies and messages.
logger = Logger(log_uncaught_exceptions=False)
# At INFO, as Lambda runs it, they tell of each call; at DEBUG, of headers and bodies.
for _carrier in ("boto3", "botocore", "httpcore2", "httpx2", "openai", "pynamodb", "urllib3"):
    logging.getLogger(_carrier).setLevel(logging.WARNING)

# The packages whose frames tell where it was: ours, and the modules of the functions.
_OURS = frozenset({"afterglow", "handler"})
# As AWS writes them. A word of anybody's would have to look like one to be logged.
_AWS_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.]{0,63}")


def where(error: BaseException) -> list[str]:
    """Return our frames of an error and its last one as `file:line function`, deepest last.

    Its message stays out: vendors' messages quote what a user sent.
    """
    frames = list(traceback.walk_tb(error.__traceback__))
    return [
        f"{frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
        for place, (frame, line) in enumerate(frames, start=1)
        if place == len(frames) or frame.f_globals.get("__name__", "").partition(".")[0] in _OURS
    ]


def log_failure(error: Exception, **ids: int | str | None) -> None:
    """Log the type, the codes and the frames of an error, and whom or what it is about.

    `code` is ours, `error_code` AWS's.
    """
    logger.error(
        "failed",
        error=type(error).__name__,
        code=error.code if isinstance(error, DomainError) else None,
        error_code=_aws_code(error),
        where=where(error),
        extra=ids,
    )


def _aws_code(error: BaseException) -> str | None:
    """Return what AWS calls the reason of an error, None if it is none of AWS's."""
    for each in _causes(error):
        response = getattr(each, "response", None)
        if isinstance(response, Mapping):
            code = str(response.get("Error", {}).get("Code", ""))
            return code if _AWS_CODE.fullmatch(code) else None
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it came of: PynamoDB keeps botocore's as `cause`."""
    seen: set[int] = set()
    found: object = error
    while isinstance(found, BaseException) and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = getattr(found, "cause", None) or found.__cause__
