"""The form that came in a request, for the routes that take one."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Request
from aws_lambda_powertools.event_handler.openapi.params import Dependant
from pydantic_core import PydanticCustomError

from afterglow.api.multipart import UploadForm
from afterglow.api.references import integer_id
from afterglow.domain.errors import Detail, InvalidInputError


def received_form(request: Request) -> UploadForm:
    """Return the form, which has been read before the route was."""
    form: UploadForm = request.context["form"]
    return form


def takes_form(dependant: Dependant) -> bool:
    """Tell whether a route asks for the form of its request."""
    return any(
        each.depends.dependency is received_form or takes_form(each.dependant)
        for each in dependant.dependencies
    )


def assistant_in(form: UploadForm) -> int | None:
    """Return which assistant a form names, None if it names none. Raises InvalidInputError."""
    text = form.fields.get("assistantId")
    if text is None:
        return None
    try:
        return integer_id(text)
    except PydanticCustomError as error:
        detail: Detail = {"field": "assistantId", "code": error.type, "message": error.message()}
        raise InvalidInputError("Validation failed", details=(detail,)) from None


FormOf = Annotated[UploadForm, Depends(received_form)]
