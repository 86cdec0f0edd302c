"""`python -m benchmarks.capacity FILE`: every scene as JSON, in a process that is AWS to itself."""

import json
import sys
from pathlib import Path
from typing import Any

from moto import mock_aws

# Before anything imports `afterglow`: it is the functions' environment.
import tests.conftest  # noqa: F401
from tests.fakes.engine import ScriptedEngine
from tests.scripting import answering
from tests.tables import create_tables


def main() -> dict[str, Any]:
    """Return every scene's reading, by name."""
    with mock_aws():
        create_tables()
        from benchmarks.capacity.kinds import kinds  # noqa: PLC0415
        from benchmarks.capacity.scenes import growing  # noqa: PLC0415

        with answering(ScriptedEngine()) as engine:
            scenes = [*growing(engine), *kinds(engine)]
    return {name: seen.as_record() for name, seen in scenes}


if __name__ == "__main__":
    # What functions log is on standard output.
    Path(sys.argv[1]).write_text(json.dumps(main()))
