"""Every function: what it runs on, what it is told, where it logs."""

from dataclasses import fields
from datetime import timedelta

import pytest

from afterglow.api.jobs import LAST_STEP
from afterglow.settings import Settings
from tests.template.document import (
    FUNCTIONS,
    GLOBALS,
    QUEUED,
    RESOURCES,
    ROOT,
    SCHEDULED,
    TEMPLATE,
    WITH_ROUTES,
    of_type,
)

CPYTHON = "python3.13"
LAYERS = ["DependenciesLayer", "CoreLayer"]
LIBRARIES = ("AWS_", "POWERTOOLS_")

each_function = pytest.mark.parametrize("name", FUNCTIONS)


def test_there_is_one_function_for_each_folder() -> None:
    folders = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("functions/*/*.py")}

    assert {function["CodeUri"] for function in FUNCTIONS.values()} == folders
    assert len(FUNCTIONS) == len(folders)


def test_functions_and_layers_are_for_one_python() -> None:
    assert GLOBALS["Runtime"] == CPYTHON
    assert not [name for name, function in FUNCTIONS.items() if "Runtime" in function]
    for layer in of_type("AWS::Serverless::LayerVersion").values():
        assert layer["CompatibleRuntimes"] == [CPYTHON]


def test_the_processor_is_one_parameter() -> None:
    parameter = TEMPLATE["Parameters"]["Architecture"]
    chosen = [{"Ref": "Architecture"}]

    assert parameter["Default"] == "arm64"
    assert set(parameter["AllowedValues"]) == {"arm64", "x86_64"}
    assert GLOBALS["Architectures"] == chosen
    assert not [name for name, function in FUNCTIONS.items() if "Architectures" in function]
    for layer in of_type("AWS::Serverless::LayerVersion").values():
        assert layer["CompatibleArchitectures"] == chosen


@pytest.mark.parametrize("parameter", ["arm64", "x86_64"])
def test_each_processor_has_a_makefile(parameter: str) -> None:
    context = RESOURCES["DependenciesLayer"]["Metadata"]["ContextPath"]["Fn::Sub"]

    assert (ROOT / context.replace("${Architecture}", parameter) / "Makefile").is_file()


def test_every_function_has_both_layers() -> None:
    assert GLOBALS["Layers"] == [{"Ref": layer} for layer in LAYERS]
    assert not [name for name, function in FUNCTIONS.items() if "Layers" in function]


@each_function
def test_a_function_logs_to_a_group_of_its_own_that_forgets(name: str) -> None:
    group = FUNCTIONS[name]["LoggingConfig"]["LogGroup"]["Ref"]
    others = [other["LoggingConfig"]["LogGroup"] for other in FUNCTIONS.values()]

    assert RESOURCES[group]["Type"] == "AWS::Logs::LogGroup"
    assert RESOURCES[group]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert others.count({"Ref": group}) == 1


def test_logs_are_kept_for_days_not_for_ever() -> None:
    assert TEMPLATE["Parameters"]["LogRetentionDays"]["Default"] == 30


def test_the_settings_are_what_the_functions_are_told() -> None:
    told = set(GLOBALS["Environment"]["Variables"])
    for function in FUNCTIONS.values():
        told |= set(function.get("Environment", {}).get("Variables", {}))

    ours = {name for name in told if not name.startswith(LIBRARIES)}
    assert ours == {field.name.upper() for field in fields(Settings)}


@pytest.mark.parametrize("name", WITH_ROUTES)
def test_a_function_ends_before_the_gateway_gives_up(name: str) -> None:
    budget = TEMPLATE["Parameters"]["TurnBudgetSeconds"]["MaxValue"]
    timeout = FUNCTIONS[name]["Timeout"] if "Timeout" in FUNCTIONS[name] else GLOBALS["Timeout"]

    assert budget < timeout < 29


@pytest.mark.parametrize("name", SCHEDULED)
def test_a_job_runs_every_minute_and_is_over_by_the_next(name: str) -> None:
    (event,) = SCHEDULED[name]["Events"].values()

    assert event == {"Type": "Schedule", "Properties": {"Schedule": "rate(1 minute)"}}
    assert LAST_STEP < timedelta(seconds=SCHEDULED[name]["Timeout"]) <= timedelta(minutes=1)


def test_every_function_is_called_by_something() -> None:
    by_the_state_machines = {"DirectoryFunction", "PollerFunction"}
    called = [*SCHEDULED, *QUEUED, *WITH_ROUTES]

    assert set(SCHEDULED) == {"ReaperFunction", "SweeperFunction"}
    assert set(QUEUED) == {"IngestFunction"}
    assert len(called) == len(set(called))
    assert set(FUNCTIONS) - set(called) == by_the_state_machines
