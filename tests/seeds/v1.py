"""Dialect B's examples that go well, word for word."""

import re

from tests.matching import A_THREAD_ID, Matching
from tests.seeds.example import Example

# Fields of an assistant that the document lists and does not show, and what our rules add.
ADDED: dict[str, object] = {"tools": [], "modelShutdownDate": None}


def minting(sentence: str, shown: str) -> Matching:
    """Return a sentence of which an `asst_` id is another one each time."""
    return Matching(re.escape(sentence).replace(shown, "asst_[A-Za-z0-9]{24}"))


CREATE_ASSISTANT = Example(
    "POST",
    "/api/v1/assistant",
    201,
    request="""
{
"name": "Compliance Helper"
}
""",
    answer="""
{
"message": "Assistant Compliance Helper with id asst_abc123 created successfully"
}
""",
    minted={
        "message": minting(
            "Assistant Compliance Helper with id asst_abc123 created successfully", "asst_abc123"
        )
    },
)
CREATE_CUSTOM_ASSISTANT = Example(
    "POST",
    "/api/v1/assistant/admin",
    201,
    request="""
{
"name": "Custom Assistant",
"instructions": "Custom system instructions",
"model": "gpt-3.5-turbo-0125",
"tools": [{"type": "code_interpreter"}]
}
""",
    answer="""
{
"message": "Assistant Custom Assistant with id asst_xyz789 created successfully"
}
""",
    minted={
        "message": minting(
            "Assistant Custom Assistant with id asst_xyz789 created successfully", "asst_xyz789"
        )
    },
)
LIST_ASSISTANTS = Example(
    "GET",
    "/api/v1/assistant",
    200,
    answer="""
[
{
"id": 1,
"assistantId": "asst_abc123",
"name": "Compliance Helper",
"instructions": "Help with compliance requirements",
"model": "gpt-3.5-turbo-0125",
"status": "ACTIVE"
}
]
""",
    added=ADDED,
)
GET_ASSISTANT = Example(
    "GET",
    "/api/v1/assistant/1",
    200,
    # The document has no comma after the instructions; here it has one.
    answer="""
{
"id": 1,
"assistantId": "asst_abc123",
"name": "Compliance Helper",
"instructions": "Help with compliance requirements",
"model": "gpt-3.5-turbo-0125",
"status": "ACTIVE"
}
""",
    added=ADDED,
)
# Of the next three the document describes the answer only: the body says the description.
UPDATE_INSTRUCTIONS = Example(
    "PUT",
    "/api/v1/assistant/1/instructions",
    200,
    request="""
{
"instructions": "Updated system instructions"
}
""",
    answer='{"message": "Assistant instructions updated successfully"}',
)
DELETE_ASSISTANT = Example(
    "DELETE", "/api/v1/assistant/1", 200, answer='{"message": "Assistant deleted successfully"}'
)
DELETE_ASSISTANTS = Example(
    "DELETE", "/api/v1/assistant", 200, answer='{"message": "All assistants deleted successfully"}'
)
CREATE_THREAD = Example(
    "POST",
    "/api/v1/thread",
    201,
    request="""
{
"assistantId": "1",
"content": "I need help understanding compliance requirements for data processing activities"
}
""",
    answer="""
{
"id": "thread_xyz789",
"message": "Thread created successfully"
}
""",
    minted={"id": A_THREAD_ID},
)
ADD_MESSAGE = Example(
    "POST",
    "/api/v1/thread/thread_xyz789",
    201,
    request="""
{
"content": "What are the specific requirements for data retention policies?",
"assistantId": "1"
}
""",
    answer="""
{
"message": "Message added successfully"
}
""",
)
EXAMPLES = (
    CREATE_ASSISTANT,
    CREATE_CUSTOM_ASSISTANT,
    LIST_ASSISTANTS,
    GET_ASSISTANT,
    UPDATE_INSTRUCTIONS,
    DELETE_ASSISTANT,
    DELETE_ASSISTANTS,
    CREATE_THREAD,
    ADD_MESSAGE,
)
