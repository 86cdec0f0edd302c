"""`make faults`, some 300 faults of it; and that it sees a product that is broken."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]
KEPT = (
    "lost",
    "duplicated",
    "reordered",
    "locked",
    "overwritten",
    "left_due",
    "left_counted",
    "wrong_keys",
)


def held(folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Run the harness, and return its status and its line."""
    command = [sys.executable, "-m", "faults", "--no-deployed", "--folder", str(folder), *options]
    kept = {name: at for name, at in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        command, cwd=PROJECT, env=kept, capture_output=True, text=True, check=False
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 1, done.stdout + done.stderr[-4000:]
    figures: dict[str, Any] = json.loads(lines[0])
    return done.returncode, figures


@pytest.mark.timeout(900)
def test_two_hundred_and_fifty_faults_lose_double_and_lock_nothing(tmp_path: Path) -> None:
    status, figures = held(tmp_path / "faults", "--turns", "110", "--seed", "4", "--lanes", "9")

    assert {name: figures[name] for name in KEPT} == dict.fromkeys(KEPT, 0), figures
    assert (status, figures["missed"]) == (0, [])
    assert figures["turns"] == 110
    assert figures["faults"] >= 250
    # It was not all refused, and every family of faults was met.
    assert figures["answered"] > 50
    met = {name.split(" ")[0] for name in figures["faults_by_kind"]}
    assert met == {"aws", "clock", "kill", "upstream", "zombie"}
    met = {name.split(" ")[0] for name in figures["events_by_kind"]}
    assert met >= {"delayed", "duplicated", "garbage", "repeated", "twin"}
    assert figures["extra_upstream_calls_per_turn"]["max"] <= 3
    assert figures["contexts_checked"] > 80
    assert (figures["canaries_leaked"], figures["contexts_missed"]) == (0, 0)


@pytest.mark.timeout(600)
def test_the_usual_order_is_seen_to_lose_and_to_double(tmp_path: Path) -> None:
    status, figures = held(tmp_path / "naive", "--turns", "40", "--seed", "2", "--order", "naive")

    assert figures["lost"] > 0
    assert figures["duplicated"] > 0
    assert status == 0


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("broken", "only", "turns", "seen"),
    [
        # Who is late writes into a run that somebody else has ended.
        ("ends", "zombie", 24, "overwritten"),
        # Or that somebody else is at.
        ("fence", "zombie", 24, "overwritten"),
        ("answer", "events", 3, "lost"),
    ],
)
def test_a_broken_product_is_seen(
    broken: str, only: str, turns: int, seen: str, tmp_path: Path
) -> None:
    options = ("--broken", broken, "--only", only, "--turns", str(turns), "--lanes", "8")
    status, figures = held(tmp_path / broken, *options)

    assert figures["broken"] == broken
    assert seen in figures["missed"]
    assert status == 0
