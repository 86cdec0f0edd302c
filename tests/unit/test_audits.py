"""The recorder of file-system calls sees them."""

import glob
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.audits import FileSystemCall, file_system_calls, mentioning


@pytest.mark.parametrize(
    ("event", "call", "name"),
    [
        ("open", Path.read_bytes, "canary"),
        ("open", lambda path: open(path, "rb").close(), "canary"),  # noqa: PTH123
        ("open", lambda path: os.close(os.open(os.fsencode(path), os.O_RDONLY)), "canary"),
        ("os.listdir", os.listdir, "canary-folder"),
        ("os.scandir", lambda path: os.scandir(path).close(), "canary-folder"),
        ("os.mkdir", os.mkdir, "canary-new"),
        ("os.rename", lambda path: path.rename(path.with_name("new")), "canary"),
        ("os.rename", lambda path: path.rename(path.with_name("canary")), "other"),
        ("os.remove", os.remove, "canary"),
        ("shutil.copyfile", lambda path: shutil.copyfile(path, path.with_name("new")), "canary"),
        ("glob.glob", lambda path: glob.glob(str(path)), "canary*"),  # noqa: PTH207
    ],
)
def test_a_call_is_recorded_with_its_path(
    tmp_path: Path, event: str, call: Callable[[Path], object], name: str
) -> None:
    for existing in ("canary", "other"):
        (tmp_path / existing).write_text("text")
    (tmp_path / "canary-folder").mkdir()
    with file_system_calls() as calls:
        call(tmp_path / name)
    assert event in {found.event for found in mentioning(calls, "canary")}


def test_one_recording_is_not_another(tmp_path: Path) -> None:
    with file_system_calls() as outer:
        with file_system_calls() as inner:
            (tmp_path / "both").mkdir()
        (tmp_path / "one").mkdir()
    (tmp_path / "none").mkdir()
    both, one = (FileSystemCall("os.mkdir", str(tmp_path / name)) for name in ("both", "one"))
    assert inner == [both]
    assert outer == [both, one]


def test_what_touches_nothing_is_not_recorded() -> None:
    with file_system_calls() as calls:
        assert os.path.join("canary", "..") == "canary/.."  # noqa: PTH118 - a string is all it is
    assert calls == []
