"""EventBridge's part: an event to the function that runs on a schedule, and its log checked."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from afterglow import bootstrap
from afterglow.ports.engine import EngineFactory
from afterglow.ports.upstream_files import UpstreamFilesFactory
from tests.canaries import leaks
from tests.delivery import function_module, overheard
from tests.events import Context
from tests.template.document import ROOT

EVENT = json.loads((ROOT / "events" / "reaper.json").read_text())


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass of the reaper answered, and the lines it logged."""

    counts: dict[str, int]
    lines: list[dict[str, Any]]


def reaped(
    engines: EngineFactory | None = None,
    *,
    upstream_files: UpstreamFilesFactory | None = None,
    later: timedelta = timedelta(0),
    left: timedelta = timedelta(seconds=60),
) -> Pass:
    """Have the reaper run, some time later, with that much of the function's time left.

    Whatever the test is about, nothing secret is logged.
    """
    real = bootstrap.reaper()

    def reaper() -> object:
        clearing = replace(
            real.clearing,
            engines=engines or real.clearing.engines,
            upstream_files=upstream_files or real.clearing.upstream_files,
            now=lambda: real.now() + later,
        )
        return replace(real, clearing=clearing)

    context = Context(milliseconds_left=left // timedelta(milliseconds=1))
    with patch.object(bootstrap, "reaper", reaper), overheard() as log:
        counts = function_module("reaper").lambda_handler(EVENT, context)
    assert not leaks(log.getvalue()), "something secret was logged"
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    # What a vendor's library says of itself once in a process is not the pass's.
    return Pass(counts, [line for line in lines if line.get("message") in {"reaped", "failed"}])
