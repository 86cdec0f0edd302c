"""`make bench`: what its parts hold before anything is measured."""

import json
import zlib
from pathlib import Path

import httpx2
import pytest

from benchmarks.__main__ import MEASURES, keep
from benchmarks.figures import Figure
from benchmarks.packages import NotBuiltError, measure
from benchmarks.start.runtime_api import NoAnswerError, RuntimeApi

NEXT = "/2018-06-01/runtime/invocation/next"


def test_figures_take_the_place_of_their_groups_and_no_others(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    keep(results, [Figure("cold start", "a", 1, "x"), Figure("cold start", "b", 2, "x")])
    keep(results, [Figure("growth", "c", 3, "x")])

    keep(results, [Figure("cold start", "a", 4, "x", goal=2)])

    content = json.loads(results.read_text())
    assert [(each["what"], each["value"], each["met"]) for each in content["figures"]] == [
        ("c", 3, None),
        ("a", 4, False),
    ]
    assert content["measured"].keys() == {"cold start", "growth"}


@pytest.mark.parametrize(
    ("better", "met"), [("less", [True, True, False]), ("more", [False, True, True])]
)
def test_a_goal_is_met_on_its_side(better: str, met: list[bool]) -> None:
    values = [1.0, 2.0, 3.0]
    assert [Figure("g", "w", value, "x", 2.0, better).met for value in values] == met  # type: ignore[arg-type]


def test_every_measure_can_be_imported() -> None:
    for module in MEASURES.values():
        assert callable(__import__(module, fromlist=["measure"]).measure)


def test_an_environment_gets_its_event_and_is_heard() -> None:
    with RuntimeApi() as api, httpx2.Client(base_url=f"http://{api.address}") as http:
        api.ask({"path": "/"})
        given = http.get(NEXT)
        request_id = given.headers["Lambda-Runtime-Aws-Request-Id"]
        http.post(f"/2018-06-01/runtime/invocation/{request_id}/response", json={"statusCode": 200})

        assert given.json() == {"path": "/"}
        assert api.answer()[1] == {"statusCode": 200}


def test_an_environment_that_fails_is_no_answer() -> None:
    with RuntimeApi() as api, httpx2.Client(base_url=f"http://{api.address}") as http:
        http.post("/2018-06-01/runtime/init/error", json={"errorMessage": "No module named x"})

        with pytest.raises(NoAnswerError, match="No module named x"):
            api.answer()


def test_a_package_is_the_function_with_its_layers_packed(tmp_path: Path) -> None:
    noise = b"".join(
        zlib.crc32(bytes([n % 256, n // 256])).to_bytes(4, "big") for n in range(2**16)
    )
    for name, size in (
        ("DependenciesLayer", 2),
        ("CoreLayer", 1),
        ("AFunction", 0),
        ("BFunction", 1),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "data").write_bytes(noise * 4 * size)

    (figure,) = measure(tmp_path)

    assert figure.what.startswith("BFunction")
    assert figure.detail is not None
    assert figure.value == pytest.approx(
        sum(figure.detail[name] for name in ("DependenciesLayer", "CoreLayer", "BFunction")),
        abs=0.1,
    )


def test_nothing_is_measured_of_what_is_not_built(tmp_path: Path) -> None:
    for name in ("DependenciesLayer", "CoreLayer"):
        (tmp_path / name).mkdir()

    with pytest.raises(NotBuiltError, match="no function"):
        measure(tmp_path)
