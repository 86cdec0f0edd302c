"""How big what is deployed is, packed: the function and its layers."""

import zipfile
from io import BytesIO
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.start.environment import BUILD

GROUP = "packages"
GOAL = 25.0
MEGA = 1_000_000
LAYERS = ("DependenciesLayer", "CoreLayer")


class NotBuiltError(Exception):
    """There is nothing in `.aws-sam`: `make build` comes first."""


def measure(build: Path = BUILD) -> list[Figure]:
    """Return MB of each layer, and of the biggest function with both. Raises NotBuiltError."""
    layers = {name: packed(build / name) for name in LAYERS}
    functions = {path.name: packed(path) for path in sorted(build.glob("*Function"))}
    if not functions:
        raise NotBuiltError(f"{build} has no function")
    biggest = max(functions, key=lambda name: functions[name])
    whole = sum(layers.values()) + functions[biggest]
    detail = {name: round(size / MEGA, 3) for name, size in (layers | functions).items()}
    what = f"{biggest}, the biggest, with its layers"
    return [Figure(GROUP, what, whole / MEGA, "MB", goal=GOAL, detail=detail)]


def packed(folder: Path) -> int:
    """Return how many bytes a folder has as `sam package` sends it: a zip file, deflated."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return len(stream.getvalue())
