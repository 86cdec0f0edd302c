"""OpenAI's error envelope and the refusals this server makes."""

from typing import Final

from local.openai.wire import Json

SHORTEST_KEY: Final = 20


class ApiError(Exception):
    """A refusal in OpenAI's words."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param
        self.kind = kind

    def body(self) -> Json:
        return envelope(self.message, kind=self.kind, param=self.param, code=self.code)


def envelope(message: str, *, kind: str, param: str | None = None, code: str | None = None) -> Json:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def invalid(message: str, *, param: str | None = None, code: str | None = None) -> ApiError:
    return ApiError(400, message, param=param, code=code)


def not_found(message: str, *, param: str | None = None, code: str | None = None) -> ApiError:
    return ApiError(404, message, param=param, code=code)


def unsupported_parameter(name: str) -> ApiError:
    message = f"Unsupported parameter: '{name}' is not supported with this model."
    return invalid(message, param=name)


def unsupported_locally(name: str) -> ApiError:
    message = f"Unsupported parameter: '{name}' is not offered by the local OpenAI stand-in."
    return invalid(message, param=name, code="unsupported_parameter")


def model_not_found(model: str) -> ApiError:
    message = f"The requested model '{model}' does not exist."
    return not_found(message, param="model", code="model_not_found")


def model_deprecated(model: str, replacement: str) -> ApiError:
    message = (
        f"The model `{model}` has been deprecated, learn more here: "
        f"https://platform.openai.com/docs/deprecations Please use `{replacement}` instead."
    )
    return not_found(message, code="model_not_found")


def previous_response_not_found(response_id: str) -> ApiError:
    message = f"Previous response with id '{response_id}' not found."
    return invalid(message, param="previous_response_id", code="previous_response_not_found")


def response_not_found(response_id: str) -> ApiError:
    return not_found(f"Response with id '{response_id}' not found.")


def file_not_found(file_id: str) -> ApiError:
    return not_found(f"No such File object: {file_id}", param="id")


def upload_not_found(upload_id: str) -> ApiError:
    return not_found(f"No such Upload object: {upload_id}", param="id")


def vector_store_not_found(vector_store_id: str) -> ApiError:
    # In brackets, as OpenAI says it.
    return not_found(f"Vector store with id ['{vector_store_id}'] not found.")


def missing_key() -> ApiError:
    return ApiError(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization "
        "header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    )


def incorrect_key(key: str) -> ApiError:
    masked = f"{key[:8]}****{key[-4:]}" if len(key) >= SHORTEST_KEY else "****"
    return ApiError(
        401,
        f"Incorrect API key provided: {masked}. You can find your API key at "
        "https://platform.openai.com/account/api-keys.",
        code="invalid_api_key",
    )
