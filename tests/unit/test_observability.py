"""What a line of a failure says, and what it does not."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from pynamodb.exceptions import PutError

from afterglow.domain.errors import OperationFailedError
from afterglow.observability import log_failure
from afterglow.services.shelving import Shelving
from tests.delivery import overheard

SECRET = "sk-this-must-not-be-seen"


def refused(code: str) -> ClientError:
    """Return an error of AWS's, which quotes."""
    return ClientError({"Error": {"Code": code, "Message": SECRET}}, "PutItem")


def caused(error: Exception) -> Exception:
    """Return an error that another has led to."""
    found = RuntimeError(SECRET)
    found.__cause__ = error
    return found


def line_of(error: Exception) -> dict[str, object]:
    """Return the line of a failure."""
    with overheard() as log:
        log_failure(error)
    assert SECRET not in log.getvalue()
    line: dict[str, object] = json.loads(log.getvalue())
    return line


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (refused("ThrottlingException"), "ThrottlingException"),
        (refused("AWS.SQS.NonExistentQueue"), "AWS.SQS.NonExistentQueue"),
        (PutError(SECRET, refused("ThrottlingException")), "ThrottlingException"),
        (caused(caused(refused("404"))), "404"),
        (refused(SECRET), None),
        (refused(f"Word of {SECRET}"), None),
        (PutError(SECRET, ReadTimeoutError(endpoint_url=SECRET)), None),
        (ClientError({}, "PutItem"), None),
        (RuntimeError(SECRET), None),
    ],
)
def test_the_code_of_aws_is_told_and_no_word_beside_it(error: Exception, code: str | None) -> None:
    assert line_of(error).get("error_code") == code


def test_ours_is_another_code() -> None:
    line = line_of(OperationFailedError("No", code="openai_unavailable"))

    assert (line["code"], line.get("error_code")) == ("openai_unavailable", None)


def test_a_circle_of_causes_ends() -> None:
    first, second = RuntimeError(), RuntimeError()
    first.__cause__, second.__cause__ = second, first

    assert line_of(first).get("error_code") is None


def test_frames_are_ours_and_the_last() -> None:
    def deep(levels: int) -> None:
        if levels:
            deep(levels - 1)
        json.loads(SECRET)

    with pytest.raises(ValueError, match="Expecting") as caught:
        _through_ours(lambda: deep(3))

    frames = line_of(caught.value)["where"]
    assert isinstance(frames, list)
    assert [frame.rpartition(" ")[2] for frame in frames] == ["patiently_done", "raw_decode"]
    assert frames[0].rpartition(":")[0].endswith("ours.py")


def _through_ours(work: Callable[[], None]) -> None:
    code = "def patiently_done(work):\n    work()\n"
    module: dict[str, Any] = {"__name__": Shelving.__module__}
    exec(compile(code, "ours.py", "exec"), module)  # noqa: S102 - a frame of a module of ours
    module["patiently_done"](work)
