"""Parameters of a query that a model describes, with the bounds that Powertools leaves out."""

from aws_lambda_powertools.event_handler.api_gateway import Route
from pydantic import BaseModel

from openapi.shapes import JSON


def add_bounds(operation: JSON, route: Route) -> None:
    """Give an operation's parameters the schemas that the models of its route's query have."""
    schemas: JSON = {}
    for field in route.dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            schemas |= model.model_json_schema()["properties"]
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query" and parameter["name"] in schemas:
            parameter["schema"] = _as_sent(schemas[parameter["name"]])


def _as_sent(schema: JSON) -> JSON:
    """Return the schema without null: what is not meant is not sent."""
    given = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    return given[0] if given else schema
