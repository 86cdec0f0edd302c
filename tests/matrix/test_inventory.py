"""No route, parameter or field escapes the matrix."""

import copy

import pytest

from openapi.shapes import JSON
from tests.matrix.entries import ENTRIES, Entry
from tests.matrix.inventory import undecided
from tests.openapi.document import COMMITTED


@pytest.fixture
def document() -> JSON:
    """A copy of the API's description, to be changed."""
    return copy.deepcopy(COMMITTED)


def test_every_route_says_what_it_names() -> None:
    assert list(undecided(COMMITTED, ENTRIES)) == []


def test_a_new_route_is_missed(document: JSON) -> None:
    document["paths"]["/api/nothing/{nothing_id}"] = {"get": {}}

    (missed,) = undecided(document, ENTRIES)

    assert missed.startswith("GET /api/nothing/{nothing_id} has no entry: ")


def test_a_route_that_went_is_missed() -> None:
    (missed,) = undecided(COMMITTED, ENTRIES | {"GET /api/nothing": Entry()})

    assert "is no route" in missed


@pytest.mark.parametrize("where", ["path", "query"])
def test_a_new_parameter_is_missed(document: JSON, where: str) -> None:
    operation = document["paths"]["/api/threads"]["get"]
    operation["parameters"].append({"name": "folder", "in": where, "schema": {}})

    (missed,) = undecided(document, ENTRIES)

    assert missed.startswith("GET /api/threads takes folder: ")


def test_a_new_field_is_missed_however_deep(document: JSON) -> None:
    tool = document["components"]["schemas"]["ToolIn"]
    tool["properties"]["vectorStoreIds"] = {"type": "array", "items": {"type": "string"}}

    missed = sorted(undecided(document, ENTRIES))

    assert [line.split(" takes ")[0] for line in missed] == [
        "PATCH /api/assistants/{assistant_id}",
        "POST /api/assistants",
        "POST /api/v1/assistant/admin",
    ]
    assert all(" takes vectorStoreIds: " in line for line in missed)


def test_a_field_that_went_is_missed(document: JSON) -> None:
    del document["components"]["schemas"]["ChatIn"]["properties"]["threadId"]

    (missed,) = undecided(document, ENTRIES)

    assert missed.startswith("POST /api/chat takes no threadId")
