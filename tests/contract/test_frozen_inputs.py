"""What was in a queue or an execution while new code was deployed is read by it as it is.

What is in `frozen` is never changed, as for records: an execution goes on with the definition that
it began with, and reads the answers of its tasks by their names.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.frozen_records import FOLDER, store
from tests.ingests import called, worked_off
from tests.tables import empty_tables
from tests.template.document import ROOT

QUEUED = ["ingest_file", "ingest_plan", "ingest_object"]


@pytest.fixture(scope="module", autouse=True)
def _stored(request: pytest.FixtureRequest) -> Iterator[None]:
    request.getfixturevalue("aws")
    store()
    yield
    empty_tables()


def frozen(name: str) -> Any:
    """Return an input as it was."""
    return json.loads((FOLDER / "inputs" / f"{name}.json").read_text())


@pytest.mark.parametrize("name", QUEUED)
@pytest.mark.parametrize("more", [{}, {"later": 1}], ids=["as it was", "with more in it"])
def test_an_old_message_is_worked_off(name: str, more: dict[str, int]) -> None:
    failed, lines = worked_off(frozen(name) | more)

    # Nothing is to come again, and nothing was taken for somebody else's.
    assert failed == []
    assert {line["message"] for line in lines} == {"ingested"}


@pytest.mark.parametrize("name", ["run_poller", "run_poller_task"])
def test_an_old_execution_polls(name: str) -> None:
    answer, _ = called("poller", frozen(name))

    assert answer["is_over"] is True
    assert type(answer["wait_seconds"]) is int


def test_an_old_execution_asks_for_its_chunks() -> None:
    answer, _ = called("directory", frozen("directory_chunks_task"))

    assert answer["chunks"] == [{"first": 0, "last": 3}]


@pytest.mark.parametrize(
    ("name", "passes"), [("directory_work_task", 3), ("directory_work_task_uncounted", 1)]
)
def test_an_old_execution_works_a_chunk_off(name: str, passes: int) -> None:
    answer, _ = called("directory", frozen(name))

    assert answer["is_over"] is True
    assert type(answer["wait_seconds"]) is int
    assert answer["passes"] == passes


@pytest.mark.parametrize(
    ("name", "added"),
    [("run_poller", {"poll"}), ("directory_ingest", {"plan", "work", "first", "last"})],
)
def test_a_new_definition_asks_an_old_input_for_nothing_more(name: str, added: set[str]) -> None:
    definition = (ROOT / "statemachines" / f"{name}.asl.json").read_text()

    # What its own states add aside, and what Step Functions puts before an answer.
    asked = set(re.findall(r"\"\$\.(\w+)", definition)) - added - {"Payload"}

    assert asked <= frozen(name).keys()
    assert asked
