"""The routes in the handlers are the events in the template."""

import importlib

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from tests.template.document import FUNCTIONS, Resource

METHODS = {"get", "post", "put", "patch", "delete"}
Routes = set[tuple[str, str]]


def events(function: Resource) -> list[Resource]:
    """The properties of each of a function's API events."""
    return [
        event["Properties"]
        for event in function.get("Events", {}).values()
        if event["Type"] == "Api"
    ]


def declared(function: Resource) -> list[tuple[str, str]]:
    """Method and path of each event."""
    return [(event["Method"], event["Path"]) for event in events(function)]


def built(function: Resource) -> Routes:
    """Method and path of each route that the function's handler answers."""
    handler = importlib.import_module(function["CodeUri"].replace("/", ".") + ".handler")
    app: APIGatewayRestResolver = handler.app
    paths = app.get_openapi_schema().paths or {}
    return {
        (method, path)
        for path, item in paths.items()
        for method in METHODS & set(item.model_dump(exclude_none=True))
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_functions_routes_are_its_events(name: str) -> None:
    assert built(FUNCTIONS[name]) == set(declared(FUNCTIONS[name]))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_event_says_its_method_and_path(name: str) -> None:
    for event in events(FUNCTIONS[name]):
        assert event["RestApiId"] == {"Ref": "Api"}
        assert event["Method"] in METHODS
        assert event["Path"].startswith("/api/")
        assert "+}" not in event["Path"]


def test_no_route_is_declared_twice() -> None:
    routes = [route for function in FUNCTIONS.values() for route in declared(function)]

    assert len(routes) == len(set(routes))
