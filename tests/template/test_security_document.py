"""docs/security.md: every requirement once, and every test that it names."""

import ast
import re
from collections import Counter
from functools import cache

import pytest

from tests.template.document import ROOT

DOCUMENT = (ROOT / "docs" / "security.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in DOCUMENT.splitlines()
    if re.match(r"\| (S-\d\d|\d+\.\d+\.\d+|App\. C) \|", line)
]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", DOCUMENT)))
VERDICTS = {"met", "part", "ruled", "not yet"}

# The design leaves some numbers out.
DESIGN = [
    f"S-{number:02}"
    for first, last in [(1, 8), (10, 14), (20, 36), (40, 46), (50, 56), (60, 68), (70, 82)]
    for number in range(first, last + 1)
]
ASVS = [
    *("3.3.1", "3.3.2", "3.3.3", "3.3.4", "3.4.1", "3.4.2", "3.4.4", "3.5.1", "3.5.2", "3.5.3"),
    *("5.2.1", "5.2.2", "5.2.3", "5.3.2"),
    *("6.2.1", "6.2.4", "6.2.5", "6.2.8", "6.2.9", "6.3.1", "6.3.2", "6.3.4", "6.3.8"),
    *("7.2.3", "7.2.4", "7.3.1", "7.3.2", "7.4.1", "7.4.2"),
    *("8.2.1", "8.2.2", "8.2.3", "8.4.1"),
    *("13.1.3", "13.3.1", "13.3.2", "14.3.2", "15.3.2", "15.3.3", "15.4.2"),
    *("16.2.5", "16.5.1", "16.5.2", "16.5.3", "16.5.4", "App. C"),
]


@cache
def defined_in(path: str) -> frozenset[str]:
    """The test functions that a file of this repository defines; none if it is not there."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    return frozenset(
        node.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    )


def test_every_requirement_has_one_row() -> None:
    assert Counter(row[0] for row in ROWS) == Counter([*DESIGN, *ASVS])


def test_every_test_is_named_by_its_file() -> None:
    """A name that is not written as `tests/file.py::name` would go unchecked."""
    assert len(re.findall(r"\btest_\w+(?!\.py)\b", DOCUMENT)) == len(
        re.findall(r"`tests/[\w/]+/test_\w+\.py::test_\w+`", DOCUMENT)
    )


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_test_that_is_named_exists(path: str, name: str) -> None:
    assert name in defined_in(path)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_is_met_names_a_test_and_what_is_not_says_how_it_is(row: list[str]) -> None:
    _, what, _, verdict, shown = row

    assert what
    assert verdict in VERDICTS
    if verdict in {"met", "ruled"}:
        assert "::test_" in shown
    if verdict != "met":
        assert re.search(r"\w", re.sub(r"`tests/[^`]+`", "", shown))
