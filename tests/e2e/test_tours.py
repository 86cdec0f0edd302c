"""The README's tours, typed into a shell as they are printed."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from local.openai.control_client import ControlClient
from local.runtime.serve import PROJECT
from local.up import LocalCloud

README = (PROJECT / "README.md").read_text()


def block(tour: str, kind: str) -> str:
    """Return the first block of a kind under a tour's heading."""
    _, _, rest = README.partition(f"#### {tour}\n")
    found = re.search(rf"^```{kind}\n(.*?)^```$", rest, re.MULTILINE | re.DOTALL)
    assert found, tour
    return found[1]


def is_as_printed(line: str, printed: str) -> bool:
    """Tell whether a line is what is printed; an ellipsis stands for anything."""
    pattern = re.escape(printed).replace("…", ".*")
    return re.fullmatch(pattern, line) is not None


def walk(tour: str, cloud: LocalCloud, folder: Path) -> list[str]:
    """Paste a tour into a shell in a folder and return the lines that come back."""
    (folder / ".afterglow").mkdir()
    done = subprocess.run(
        ["/bin/sh", "-e"],
        input=block(tour, "sh"),
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "NO_PROXY": "127.0.0.1",
            "PORT": str(cloud.ports.front),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize("tour", ["Tour of dialect A", "Tour of dialect B"])
def test_a_tour_answers_what_the_readme_shows(
    tour: str, cloud: LocalCloud, openai: ControlClient, tmp_path: Path
) -> None:
    printed = block(tour, "text").splitlines()

    lines = walk(tour, cloud, tmp_path)

    assert len(lines) == len(printed)
    for line, expected in zip(lines, printed, strict=True):
        assert is_as_printed(line, expected), (line, expected)
    assert len(openai.journal("POST", "/v1/responses")) == 2
