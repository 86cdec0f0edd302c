"""Dialect B's examples of errors, word for word, per operation."""

from dataclasses import replace

from tests.seeds import v1
from tests.seeds.example import Example

TOO_SHORT = """
{
"error": "The message must be at least 15 words or 40 characters"
}
"""
NOT_FOUND = """
{
"message": "Assistant not found"
}
"""
LIMIT_REACHED = """
{
"message": "Assistant limit reached"
}
"""
NOT_CREATED = """
{
"message": "Failed to create assistant"
}
"""


def failing(example: Example, status: int, answer: str) -> Example:
    """Return the example of an operation that does not go well."""
    return replace(example, status=status, answer=answer, minted={}, added={})


AT_THE_LIMIT = (
    failing(v1.CREATE_ASSISTANT, 429, LIMIT_REACHED),
    failing(v1.CREATE_CUSTOM_ASSISTANT, 429, LIMIT_REACHED),
)
NO_ADMIN = failing(
    v1.CREATE_CUSTOM_ASSISTANT,
    401,
    """
{
"message": "Admin privileges required"
}
""",
)
NOBODY = failing(
    v1.CREATE_THREAD,
    401,
    """
{
"error": "Unauthorized"
}
""",
)
UNKNOWN = (
    replace(failing(v1.GET_ASSISTANT, 404, NOT_FOUND), path="/api/v1/assistant/999"),
    replace(
        failing(v1.UPDATE_INSTRUCTIONS, 404, NOT_FOUND), path="/api/v1/assistant/999/instructions"
    ),
)
NO_ID = replace(
    failing(
        v1.DELETE_ASSISTANT,
        400,
        """
{
"message": "Assistant id is required"
}
""",
    ),
    path="/api/v1/assistant/",
)
SHORT_MESSAGES = tuple(
    replace(failing(example, 400, TOO_SHORT), request='{"assistantId": "1", "content": "Help!"}')
    for example in (v1.CREATE_THREAD, v1.ADD_MESSAGE)
)
FAILURES = (
    failing(v1.CREATE_ASSISTANT, 500, NOT_CREATED),
    failing(v1.CREATE_CUSTOM_ASSISTANT, 500, NOT_CREATED),
    failing(
        v1.LIST_ASSISTANTS,
        500,
        """
{
"message": "Failed to get assistants"
}
""",
    ),
    failing(
        v1.GET_ASSISTANT,
        500,
        """
{
"message": "Failed to get the assistant"
}
""",
    ),
    failing(
        v1.UPDATE_INSTRUCTIONS,
        500,
        """
{
"message": "Failed to update assistant instructions"
}
""",
    ),
    failing(
        v1.DELETE_ASSISTANT,
        500,
        """
{
"message": "Failed to delete the assistant"
}
""",
    ),
    failing(
        v1.DELETE_ASSISTANTS,
        500,
        """
{
"message": "Failed to delete all assistants"
}
""",
    ),
    failing(
        v1.CREATE_THREAD,
        500,
        """
{
"error": "Failed to create thread"
}
""",
    ),
    failing(
        v1.ADD_MESSAGE,
        500,
        """
{
"error": "Failed to create message or thread"
}
""",
    ),
)
