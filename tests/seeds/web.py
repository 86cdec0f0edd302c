"""Dialect A's examples, word for word, with their `//` comments."""

from tests.matching import A_FILE_ID, AN_UPLOAD_ID
from tests.seeds.example import Example

# The last day of a model, added by the product's rules: null, unless it is near.
ADDED = {"modelShutdownDate": None}

SET_API_KEY = Example(
    "POST",
    "/api/settings/apikey",
    200,
    request="""
{
  "apiKey": "sk-your-openai-api-key"
}
""",
    answer="""
{
  "message": "API key updated successfully"
}
""",
)
SET_DEFAULT_ASSISTANT = Example(
    "POST",
    "/api/settings/default-assistant",
    200,
    request="""
{
  "assistantId": 123
}
""",
    answer="""
{
  "message": "Default assistant updated successfully"
}
""",
)
CLEAR_DEFAULT_ASSISTANT = Example(
    "POST",
    "/api/settings/default-assistant",
    200,
    request="""
{
  "assistantId": null
}
""",
    answer=SET_DEFAULT_ASSISTANT.answer,
)
LIST_ASSISTANTS = Example(
    "GET",
    "/api/assistants",
    200,
    answer="""
[
  {
    "id": 1,
    "userId": 42,
    "name": "My Research Assistant",
    "description": "Helps with academic research",
    "openaiAssistantId": "asst_abc123",
    "model": "gpt-4o",
    "instructions": "You are a helpful research assistant...",
    "temperature": 0.7,
    "fileIds": ["file-abc123", "file-def456"],
    "tools": [{"type": "retrieval"}],
    "isActive": true,
    "createdAt": "2025-04-29T20:10:30.123Z",
    "updatedAt": "2025-04-29T20:10:30.123Z"
  }
]
""",
    added=ADDED,
)
CREATE_ASSISTANT = Example(
    "POST",
    "/api/assistants",
    201,
    request="""
{
  "name": "My Coding Assistant",
  "description": "Helps with programming tasks",
  "model": "gpt-4o",
  "instructions": "You are a coding assistant specializing in JavaScript...",
  "temperature": 0.5,
  "tools": [{"type": "retrieval"}]
}
""",
    answer="""
{
  "id": 2,
  "userId": 42,
  "name": "My Coding Assistant",
  "description": "Helps with programming tasks",
  "openaiAssistantId": null,  // Will be populated when first used
  "model": "gpt-4o",
  "instructions": "You are a coding assistant specializing in JavaScript...",
  "temperature": 0.5,
  "fileIds": [],
  "tools": [{"type": "retrieval"}],
  "isActive": true,
  "createdAt": "2025-04-29T20:15:45.678Z",
  "updatedAt": "2025-04-29T20:15:45.678Z"
}
""",
    added=ADDED,
)
# Its answer is described only: "The updated assistant object."
UPDATE_ASSISTANT_REQUEST = """
{
  "name": "Updated Assistant Name",
  "temperature": 0.8
}
"""
DELETE_ASSISTANT = Example(
    "DELETE",
    "/api/assistants/1",
    200,
    answer="""
{
  "message": "Assistant deleted successfully"
}
""",
)
UPLOAD_FILE = Example(
    "POST",
    "/api/upload",
    200,
    answer="""
{
  "assistantId": 1,
  "fileIds": ["file-abc123", "file-def456", "file-new789"],
  "message": "Successfully uploaded 1 file(s)"
}
""",
    # Ids of ours sort as files were added; those of the document are not ours.
    minted={"fileIds": [A_FILE_ID, "file-abc123", "file-def456"]},
    added={"uploadId": AN_UPLOAD_ID, "fileId": A_FILE_ID},
)
UPLOAD_DIRECTORY = Example(
    "POST",
    "/api/upload-directory",
    200,
    request="""
{
  "dir": "./documentation",
  "assistantId": 1
}
""",
    answer="""
{
  "assistantId": 1,
  "fileIds": ["file-abc123", "file-def456", "file-ghi789", "file-jkl012"],
  "message": "Successfully uploaded 2 file(s)"
}
""",
    minted={"fileIds": [A_FILE_ID, A_FILE_ID, "file-abc123", "file-def456"]},
    added={"uploadId": AN_UPLOAD_ID, "skipped": 0, "failed": []},
)
ABOUT_SETTINGS = (SET_API_KEY, SET_DEFAULT_ASSISTANT, CLEAR_DEFAULT_ASSISTANT)
ABOUT_ASSISTANTS = (LIST_ASSISTANTS, CREATE_ASSISTANT, DELETE_ASSISTANT)
