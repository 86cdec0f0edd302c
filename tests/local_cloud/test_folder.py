"""One local cloud at a time on a folder."""

import os
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from local.folder import FolderTakenError, hold, private_folder
from tests.local_cloud.conftest import NewCloud

HOLDER = """
import sys, pathlib, local.folder
local.folder.hold(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_git_takes_in_nothing_of_a_private_folder(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)  # noqa: S607
    (tmp_path / "data").mkdir()
    (private_folder(tmp_path / "data") / "key").touch()

    seen = subprocess.check_output(
        ["git", "status", "--porcelain", "--untracked-files=all"],  # noqa: S607
        cwd=tmp_path,
        text=True,
    )

    assert seen == ""
    assert (tmp_path / "data" / ".gitignore").stat().st_mode & 0o077 == 0


def test_an_ignore_file_of_the_users_own_stays(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")

    private_folder(tmp_path)

    assert (tmp_path / ".gitignore").read_text() == "mine\n"


def test_a_held_folder_is_refused_with_the_way_out(tmp_path: Path) -> None:
    held = hold(tmp_path)
    try:
        with pytest.raises(FolderTakenError) as caught:
            hold(tmp_path, patience=0)
    finally:
        os.close(held)

    assert str(tmp_path) in str(caught.value)
    assert "--data" in str(caught.value)
    os.close(hold(tmp_path, patience=0))
    assert (tmp_path / "lock").stat().st_mode & 0o077 == 0


def test_no_lock_is_left_by_a_killed_holder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(FolderTakenError):
            hold(tmp_path, patience=0)
        holder.kill()
        holder.wait()

        os.close(hold(tmp_path, patience=0))


def test_a_second_cloud_on_a_folder_spares_the_first(new_cloud: NewCloud, tmp_path: Path) -> None:
    first = new_cloud(tmp_path).start()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "deployment.json",)}

    with pytest.raises(FolderTakenError):
        new_cloud(tmp_path).start()

    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert not list((tmp_path / "logs").glob("*.old.log"))
    assert httpx2.get(f"{first.front_url}/api/probe/greet", timeout=30).status_code == 200
    first.stop()
    new_cloud(tmp_path).start().stop()
