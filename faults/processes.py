"""The processes of deployed functions, to be killed."""

from contextlib import suppress
from pathlib import Path


def processes_of(cloud: int, function: str) -> list[int]:
    """Return the processes that run a function: they live in its folder."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (each / "cwd").readlink().parts[-2:] == ("functions", function) and _descends(
                int(each.name), cloud
            ):
                found.append(int(each.name))
    return found


def _descends(pid: int, ancestor: int) -> bool:
    while pid > 1:
        if pid == ancestor:
            return True
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return False
