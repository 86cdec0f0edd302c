"""The functions there are, found by their folders, and what each answers to."""

import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aws_lambda_powertools.event_handler.api_gateway import Route

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "functions" / "docs" / "openapi.json"


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function of the API: its folder's name, its module's docstring, its routes."""

    name: str
    purpose: str
    routes: tuple[Route, ...]


def functions() -> Iterator[Function]:
    """Return every function that has an `app`, by name."""
    for path in sorted(ROOT.glob("functions/*/handler.py")):
        name = path.parent.name
        module = importlib.import_module(f"functions.{name}.handler")
        if app := getattr(module, "app", None):
            # Powertools lists routes only in private.
            routes = (*app._static_routes, *app._dynamic_routes)  # noqa: SLF001
            yield Function(name, inspect.getdoc(module) or "", routes)
