"""A local cloud whose doors are watched."""

from pathlib import Path
from typing import Any

from local.ports import Ports
from local.up import LocalCloud

WATCHED = ("local.front", "local.cloud")


class WatchedCloud(LocalCloud):
    """A local cloud that notes in a folder what users send and what AWS is asked."""

    def __init__(self, ports: Ports, data: Path, notes: Path, **options: Any) -> None:
        super().__init__(ports, data, **options)
        self.front_notes, self.cloud_notes = (notes / f"{module}.jsonl" for module in WATCHED)

    def _start(self, name: str, module: str, arguments: list[object]) -> None:
        files = dict(zip(WATCHED, (self.front_notes, self.cloud_notes), strict=True))
        if module in files:
            arguments = [module, files[module], *arguments]
            module = "tests.e2e.watch"
        super()._start(name, module, arguments)
