"""Which licences pass, and what is said of the others."""

import json
from pathlib import Path
from typing import Any

import pytest

from release.licences import ALLOWED, Package, Rules, complaints, main, packages, rules

RULES = Rules(frozenset({"MIT", "MIT-0"}), {"old": frozenset({"BSD, it says"})})
OLD = Package("old", "1.0", frozenset({"BSD, it says"}))


def component(*licences: dict[str, Any]) -> dict[str, Any]:
    return {"name": "one", "version": "1.0", "licenses": list(licences)}


def declared(*licences: dict[str, Any]) -> frozenset[str]:
    (package,) = packages({"components": [component(*licences)]})
    return package.licences


def test_a_licence_stands_in_one_of_three_places() -> None:
    assert declared({"license": {"id": "MIT"}}) == {"MIT"}
    assert declared({"license": {"name": "Its own"}}) == {"Its own"}
    assert declared({"expression": "MIT OR Apache-2.0"}) == {"MIT OR Apache-2.0"}


def test_what_is_allowed_passes() -> None:
    new = Package("new", "1.0", frozenset({"MIT", "MIT-0"}))

    assert complaints([new, OLD], RULES) == []


@pytest.mark.parametrize(
    ("licences", "said"),
    [
        ({"GPL-3.0-only"}, "new 2.0: GPL-3.0-only"),
        ({"MIT", "AGPL-3.0-only"}, "new 2.0: AGPL-3.0-only"),
        ({"BSD, it says"}, "new 2.0: BSD, it says"),
        (set(), "new 2.0: no licence"),
    ],
)
def test_one_unknown_licence_is_enough(licences: set[str], said: str) -> None:
    assert complaints([Package("new", "2.0", frozenset(licences)), OLD], RULES) == [said]


def test_an_exception_holds_for_one_licence_of_one_package() -> None:
    changed = Package("old", "2.0", frozenset({"GPL-3.0-only"}))

    assert complaints([changed], RULES) == ["old 2.0: GPL-3.0-only"]


def test_an_exception_that_nobody_needs_has_to_go() -> None:
    relicensed = Package("old", "2.0", frozenset({"MIT"}))

    assert complaints([relicensed], RULES) == ["old: the exception is not needed"]


def test_an_exception_needs_a_reason() -> None:
    with pytest.raises(KeyError, match="old"):
        rules('allowed = []\n[[exceptions]]\npackage = "old"\nlicences = []\nbecause = " "')


def test_no_copyleft_is_among_what_is_allowed_for_everybody() -> None:
    assert not [licence for licence in rules(ALLOWED.read_text()).allowed if "GPL" in licence]


def test_an_empty_document_is_no_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps({"components": []}))

    assert main([str(empty)]) == 1
    assert "no answer" in capsys.readouterr().err
