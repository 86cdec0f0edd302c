"""One of our functions, and how much of its time its own calls to AWS take."""

import importlib.util
import os
import time
from pathlib import Path

from afterglow.adapters import aws

SPEC = importlib.util.spec_from_file_location(
    "measured", Path(os.environ["MEASURED_FUNCTION"]) / "handler.py"
)
MEASURED = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(MEASURED)

# Seconds of this invocation, and when the call under way began.
calls = []


def begun(**_):  # noqa: ANN201, ANN003 - botocore's way to call
    """Note when a call begins: before its parameters are written down."""
    calls.append(-time.perf_counter())


def ended(**_):  # noqa: ANN201, ANN003
    """Note how long it took, until its answer is read."""
    calls[-1] += time.perf_counter()


aws.session().register("before-parameter-build", begun)
aws.session().register("after-call", ended)


def lambda_handler(event, context):  # noqa: ANN001, ANN201
    """Answer API Gateway, and say how long it took, in milliseconds."""
    calls.clear()
    began = time.perf_counter()
    answer = MEASURED.lambda_handler(event, context)
    whole = time.perf_counter() - began
    return answer | {"whole": whole * 1000, "aws": sum(calls) * 1000, "calls": len(calls)}
