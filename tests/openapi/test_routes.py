"""Router, template and document have one set of routes, so that none is without its checks."""

from openapi.functions import functions
from tests.openapi.document import OPERATIONS
from tests.template.document import FUNCTIONS
from tests.template.test_routes import declared


def test_what_is_described_is_what_the_template_declares() -> None:
    routes = {
        f"{method.upper()} {path}"
        for function in FUNCTIONS.values()
        for method, path in declared(function)
    }

    assert set(OPERATIONS) == routes


def test_what_is_described_is_what_the_routers_answer() -> None:
    routes = [
        f"{route.method} {route.openapi_path}"
        for function in functions()
        for route in function.routes
    ]

    assert sorted(OPERATIONS) == sorted(routes)
