"""The operator's document: all that the template has to be looked after, and nothing made up."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from afterglow.adapters.metered_ledger import CODES
from afterglow.metrics import Metric
from tests.template.document import FUNCTIONS, RESOURCES, ROOT, TEMPLATE, of_type

DOCUMENT = (ROOT / "docs" / "operations.md").read_text()
SHELL = "\n".join(re.findall(r"^```sh$(.*?)^```$", DOCUMENT, flags=re.DOTALL | re.MULTILINE))
PROSE = re.sub(r"^```.*?^```$", "", DOCUMENT, flags=re.DOTALL | re.MULTILINE)
PARAMETERS = TEMPLATE["Parameters"]
ALARMS = of_type("AWS::CloudWatch::Alarm")
GROUPS = of_type("AWS::Logs::LogGroup")
STORES = {**of_type("AWS::DynamoDB::Table"), **of_type("AWS::S3::Bucket")}


def section(title: str) -> str:
    """Return what is under a heading, up to the next one of its level or above."""
    marks = title.partition(" ")[0]
    found = re.search(
        rf"^{re.escape(title)}$(.*?)(?=^#{{1,{len(marks)}}} |\Z)",
        PROSE,
        flags=re.DOTALL | re.MULTILINE,
    )
    assert found, title
    return found[1]


def rows(title: str) -> list[tuple[str, str]]:
    """Return the first two cells of each row under a heading that is about something by name."""
    return re.findall(r"^\| `([A-Za-z]+)` \| (.*?) \|", section(title), flags=re.MULTILINE)


def names(title: str) -> list[str]:
    """Return what the rows under a heading are about, by name and in order of it."""
    return sorted(name for name, _ in rows(title))


def keys_in(node: Any) -> Iterator[str]:
    """Give every key of a tree."""
    if isinstance(node, dict):
        yield from node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from keys_in(each)


LACKING = set(re.findall(r"`([A-Z][A-Za-z]+)`", section("### What the template lacks")))
KEYS = set(keys_in(TEMPLATE))


def test_every_parameter_has_one_row_and_there_are_no_others() -> None:
    assert names("## Parameters") == sorted(PARAMETERS)


def test_defaults_are_those_of_the_template() -> None:
    told = dict(rows("## Parameters"))

    assert told == {
        name: f"`{parameter['Default']}`" if parameter["Default"] != "" else "empty"
        for name, parameter in PARAMETERS.items()
    }


def test_every_alarm_has_one_row_and_there_are_no_others() -> None:
    assert names("## Alarms") == sorted(ALARMS)


def test_every_metric_of_ours_has_one_row() -> None:
    assert names("## Metrics") == sorted(metric.value for metric in Metric)


def test_of_all_data_it_says_what_its_loss_means() -> None:
    assert names("## Backup") == sorted([*STORES, "Pepper"])


@pytest.mark.parametrize("group", GROUPS)
def test_every_log_group_is_named(group: str) -> None:
    assert f"`{group}`" in section("## Logs")


def test_what_it_says_the_template_lacks_is_lacking() -> None:
    assert LACKING
    assert not LACKING & KEYS


def test_it_names_nothing_that_is_not_there() -> None:
    known = KEYS | LACKING | {metric.value for metric in Metric}
    ours = {"Afterglow", *re.findall(r'"Error": "(\w+)"', machines())}

    assert set(re.findall(r"`([A-Z][a-z]+[A-Za-z]*)`", PROSE)) <= known | ours
    assert set(re.findall(r"`([A-Z][A-Za-z]+)=[^`]*`", PROSE)) <= set(PARAMETERS)


def test_its_commands_ask_for_what_is_there() -> None:
    asked = re.findall(r"\(physical (\w+)\)", SHELL + PROSE)
    outputs = re.findall(r"\(output (\w+)\)", SHELL + PROSE)

    assert asked
    # As SAM names what it makes of a function's events.
    events = {name + event for name, each in FUNCTIONS.items() for event in each.get("Events", {})}
    assert set(asked) <= set(RESOURCES) | events
    assert outputs
    assert set(outputs) <= set(TEMPLATE["Outputs"])


def test_its_figures_of_what_is_billed_are_right() -> None:
    costs, codes = section("## Costs"), len(CODES) + 1
    others = len(Metric) - 1

    assert f"{codes + others} at most" in costs
    assert f"{codes} codes of `TurnsFailed`" in costs
    assert f"0.10 USD a month each, {len(ALARMS)}." in costs
    assert f"one of {codes} words" in section("## Metrics")


def machines() -> str:
    """Return the definitions of the state machines."""
    return "\n".join(path.read_text() for path in (ROOT / "statemachines").glob("*.json"))
