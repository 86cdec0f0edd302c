"""`afterglow upload-directory` as a process: many files, killed, interrupted, on a terminal."""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest

from tests.cli.cloud import Cloud
from tests.cli.test_walking import write

PATIENCE = 60.0


@contextmanager
def started(docs: Path, **streams: int) -> Iterator["subprocess.Popen[str]"]:
    """Upload a folder to assistant 1; nothing of it is left when a test fails."""
    command = [sys.executable, "-m", "afterglow_cli", "upload-directory", str(docs)]
    with subprocess.Popen([*command, "--assistant", "1"], text=True, **streams) as process:  # type: ignore[call-overload]
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def piped(docs: Path) -> AbstractContextManager["subprocess.Popen[str]"]:
    """Upload a folder, with nobody at a terminal."""
    return started(docs, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def many(root: Path, count: int) -> Path:
    """Return a folder of small files, in folders."""
    for number in range(count):
        write(root, f"{number % 7}/{number}.md", text=f"file {number}")
    return root


def test_killed_at_any_moment_and_run_again_nothing_goes_twice(
    signed_in: Cloud, tmp_path: Path
) -> None:
    docs = many(tmp_path / "docs", 300)
    signed_in.storage_pause = 0.02

    for stop_at in (30, 130, 230):
        with piped(docs) as process:
            until(lambda stop_at=stop_at: signed_in.received.total() >= stop_at)  # type: ignore[misc]
            process.kill()
        assert process.returncode == -signal.SIGKILL
        assert signed_in.received.total() < 300
    with piped(docs) as process:
        said, _ = process.communicate(timeout=PATIENCE)

    assert process.returncode == 0
    assert len(signed_in.received) == 300
    assert set(signed_in.received.values()) == {1}
    lines = [line.split() for line in said.splitlines()[:3]]
    assert int(lines[0][1]) <= 70
    assert int(lines[0][1]) + int(lines[1][2]) == 300


def test_two_thousand_files_go_and_the_second_time_none(signed_in: Cloud, tmp_path: Path) -> None:
    docs = many(tmp_path / "docs", 2000)

    with piped(docs) as process:
        first, _ = process.communicate(timeout=120)
    with piped(docs) as process:
        second, _ = process.communicate(timeout=PATIENCE)

    assert process.returncode == 0
    assert first.startswith("went             2,000 files")
    assert second.splitlines()[1].startswith("there already    2,000 files")
    assert len(signed_in.received) == signed_in.received.total() == 2000
    assert signed_in.announced == [100] * 40


def test_an_interruption_is_one_line_and_130(signed_in: Cloud, tmp_path: Path) -> None:
    docs = many(tmp_path / "docs", 300)
    signed_in.storage_pause = 30

    with piped(docs) as process:
        until(lambda: len(signed_in.storage_headers) == 8)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        said, remarks = process.communicate(timeout=PATIENCE)

    assert process.returncode == 130
    assert said == ""
    assert remarks.splitlines()[-1] == (
        "Interrupted. What has arrived stays for a day: run the same command to go on."
    )
    assert "Traceback" not in remarks
    # Nobody waits for what is on its way.
    assert time.monotonic() - began < 5


def test_a_terminal_shows_bars_and_others_get_lines(signed_in: Cloud, tmp_path: Path) -> None:
    docs = many(tmp_path / "docs", 20)
    write(docs, "run.exe")

    screen = _on_a_terminal(docs)
    with piped(docs) as process:
        said, remarks = process.communicate(timeout=PATIENCE)

    assert "━" in screen
    assert "21 of 21 files, 1 did not go" in screen
    assert "20 of 20 files, 130 bytes of 130 bytes" in screen
    assert "This type of file is not accepted:\r\n  docs/run.exe" in screen
    assert signed_in.received.total() == 20
    assert "━" not in said + remarks
    assert "\x1b" not in said + remarks
    assert remarks.splitlines() == [
        "Checking 21 files, 134 bytes",
        "Checked 21 of 21 files, 20 there already, 1 did not go. Sent 0 files",
        "Indexing 20 files",
        "Indexed 20 of 20 files",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="reads its memory from /proc")
def test_a_big_file_takes_little_memory(signed_in: Cloud, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    with (tmp_path / "docs" / "big.md").open("wb") as big:
        big.truncate(200_000_000)
    signed_in.storage_pause = 1.0

    with piped(tmp_path / "docs") as process:
        peak = 0
        while process.poll() is None:
            with suppress(FileNotFoundError, ValueError, StopIteration):
                peak = max(peak, _peak(process.pid))
            time.sleep(0.05)

    assert process.returncode == 0
    assert signed_in.received == {"docs/big.md": 1}
    assert 0 < peak < 120_000_000


def _peak(pid: int) -> int:
    """Return the most bytes of memory that a process has had."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def _on_a_terminal(docs: Path) -> str:
    ours, theirs = pty.openpty()
    screen = b""
    with started(docs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        with suppress(OSError):
            while chunk := os.read(ours, 4096):
                screen += chunk
    os.close(ours)
    assert process.returncode == 1
    return screen.decode()
