"""Bodies that are forms, which Powertools does not read and so does not describe."""

from aws_lambda_powertools.event_handler.api_gateway import Route

from afterglow.api.received_form import takes_form
from afterglow.domain.identifiers import MAX_INTEGER_ID
from openapi.shapes import JSON

_FORM: JSON = {
    "type": "object",
    "properties": {
        "file": {
            "type": "string",
            "format": "binary",
            "description": "The file, by its name, of at most 4 MB",
        },
        "assistantId": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_INTEGER_ID,
            "description": "The assistant that gets it; by default the default assistant",
        },
    },
    "required": ["file"],
}


def add_form(operation: JSON, route: Route) -> None:
    """Add the form that an operation takes, if it takes one."""
    if takes_form(route.dependant):
        content = {"multipart/form-data": {"schema": _FORM}}
        operation["requestBody"] = {"required": True, "content": content}
