"""The routes in the handlers are the events in the template."""

import importlib

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from tests.matrix.entries import ENTRIES
from tests.openapi.document import OPERATIONS
from tests.template.document import FUNCTIONS, WITH_ROUTES, Resource

METHODS = {"get", "post", "put", "patch", "delete"}
DOCUMENTS = {"/openapi.json", "/docs"}
Routes = set[tuple[str, str]]


def events(function: Resource) -> list[Resource]:
    """The properties of each of a function's API events."""
    return [
        event["Properties"]
        for event in function.get("Events", {}).values()
        if event["Type"] == "Api"
    ]


def declared(function: Resource) -> list[tuple[str, str]]:
    """Method and path of each event, but for preflights."""
    pairs = [(event["Method"], event["Path"]) for event in events(function)]
    return [(method, path) for method, path in pairs if method != "options"]


def preflights(function: Resource) -> list[str]:
    """Path of each event that asks what a page may send."""
    return [event["Path"] for event in events(function) if event["Method"] == "options"]


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


@pytest.mark.parametrize("name", WITH_ROUTES)
def test_a_functions_routes_are_its_events(name: str) -> None:
    assert built(FUNCTIONS[name]) == set(declared(FUNCTIONS[name]))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_event_says_its_method_and_path(name: str) -> None:
    for event in events(FUNCTIONS[name]):
        assert event["RestApiId"] == {"Ref": "Api"}
        assert event["Method"] in METHODS | {"options"}
        assert event["Path"].startswith("/api/") or event["Path"] in DOCUMENTS
        assert "+}" not in event["Path"]


def test_no_route_is_declared_twice() -> None:
    routes = [route for function in FUNCTIONS.values() for route in declared(function)]

    assert len(routes) == len(set(routes))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_preflights_are_answered_where_other_methods_are(name: str) -> None:
    assert set(preflights(FUNCTIONS[name])) <= {path for _, path in declared(FUNCTIONS[name])}


def test_every_path_answers_preflights_once() -> None:
    asked = [path for function in FUNCTIONS.values() for path in preflights(function)]
    paths = {path for function in FUNCTIONS.values() for _, path in declared(function)}

    assert sorted(asked) == sorted(paths)


def test_template_routers_description_and_matrix_know_the_same_routes() -> None:
    in_template = {route for function in WITH_ROUTES.values() for route in declared(function)}
    in_routers = {route for function in WITH_ROUTES.values() for route in built(function)}
    spelled = {f"{method.upper()} {path}" for method, path in in_template}

    assert in_template == in_routers
    assert spelled == set(OPERATIONS) == set(ENTRIES)
