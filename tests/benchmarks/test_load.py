"""What a load test makes of locust's statistics and of its processes' memory."""

import os
from pathlib import Path

import pytest

from benchmarks.figures import Figure
from benchmarks.load.conversation import REFUSED
from benchmarks.load.memory import Growth, Sample, growth, kinds, private_mib
from benchmarks.load.report import EMPTY, TOTAL, figures, read

HEADER = "Type,Name,Request Count,Failure Count,50%,95%\n"
CHAT = "POST /api/chat"


def stats(folder: Path, *, failures: int = 0) -> Path:
    """Write the statistics of a run as locust does."""
    path = folder / "load_stats.csv"
    lines = [
        f"GET,{EMPTY},200,0,14,20",
        f"POST,{CHAT},50,{failures},200,300",
        f'POST,"{REFUSED}",30,0,40,50',
        f",{TOTAL},280,{failures},30,250",
    ]
    path.write_text(HEADER + "\n".join(lines))
    return path


def by_name(found: list[Figure]) -> dict[str, Figure]:
    """Return figures by what they say."""
    return {figure.what: figure for figure in found}


def test_percentiles_stand_beside_the_empty_functions(tmp_path: Path) -> None:
    found = by_name(figures(read(stats(tmp_path)), {"functions": Growth(9, 30.0, 0.1, 1.02)}))

    assert found["errors"].met
    assert found["deliberate refusals"].value == 30
    assert found[f"p95 {EMPTY}"].value == 20
    assert found[f"p95 {CHAT}"].detail == {"requests": 50, "median": 200, "to_empty": 15}
    assert f"p95 {REFUSED}" not in found
    assert found["memory functions"].met


@pytest.mark.parametrize(("failures", "ratio"), [(1, 1.0), (0, 1.2)])
def test_an_error_or_memory_that_grows_misses_its_goal(
    tmp_path: Path, failures: int, ratio: float
) -> None:
    rows = read(stats(tmp_path, failures=failures))

    found = figures(rows, {"functions": Growth(9, 30.0, 1.0, ratio)})

    assert [each.met for each in found].count(False) == 1


def test_a_run_in_which_nobody_was_refused_is_none(tmp_path: Path) -> None:
    rows = {name: row for name, row in read(stats(tmp_path)).items() if name != REFUSED}

    with pytest.raises(KeyError, match="too often"):
        figures(rows, {})


def test_growth_is_that_of_those_who_were_there_after_the_warm_up() -> None:
    minutes = range(11)
    samples = [
        # Jumps at first, then grows by one a minute.
        *(Sample(60 * m, "functions", 1, 90 + m if m >= 2 else 5) for m in minutes),
        *(Sample(60 * m, "functions", 2, 50) for m in minutes),
        *(Sample(60 * m, "functions", 3, 40) for m in minutes),
        # Ends half-way.
        *(Sample(60 * m, "functions", 4, 10 * m) for m in minutes if m < 6),
        *(Sample(60 * m, "emulator", 9, 100 + 10 * m) for m in minutes),
    ]

    found = growth(samples)

    assert found["functions"] == Growth(processes=3, first=50.0, slope=0.0, ratio=1.0)
    assert found["emulator"] == Growth(1, 130.0, 10.0, round(200 / 130, 3))


def test_a_processs_memory_is_its_own() -> None:
    mine = private_mib(os.getpid())

    assert mine is not None
    assert mine > 5
    assert private_mib(2**22 + 1) is None
    assert kinds({"tests": os.getpid()})[os.getpid()] == "tests"
