"""Dialect A's examples of threads, word for word, with their `//` comments."""

from tests.matching import A_THREAD_ID
from tests.seeds.example import Example

LIST_THREADS = Example(
    "GET",
    "/api/threads",
    200,
    answer="""
[
  {
    "id": 1,
    "userId": 42,
    "assistantId": 1,
    "openaiThreadId": "thread_abc123",
    "title": "Research Discussion",
    "isArchived": false,
    "createdAt": "2025-04-29T21:10:30.123Z",
    "updatedAt": "2025-04-29T21:20:45.678Z"
  }
]
""",
)
LIST_MESSAGES = Example(
    "GET",
    "/api/threads/1/messages",
    200,
    answer="""
[
  {
    "id": 1,
    "threadId": 1,
    "role": "user",
    "content": "Can you help me research quantum computing?",
    "openaiMessageId": "msg_abc123",
    "createdAt": "2025-04-29T21:10:35.123Z"
  },
  {
    "id": 2,
    "threadId": 1,
    "role": "assistant",
    "content": "I'd be happy to help with your quantum computing research...",
    "openaiMessageId": "msg_def456",
    "createdAt": "2025-04-29T21:10:40.456Z"
  }
]
""",
    added={"status": "completed", "citations": []},
)
UPDATE_THREAD = Example(
    "PATCH",
    "/api/threads/1",
    200,
    request="""
{
  "title": "Updated Thread Title"
}
""",
    answer="""
{
  "message": "Thread updated successfully"
}
""",
)
DELETE_THREAD = Example(
    "DELETE",
    "/api/threads/1",
    200,
    answer="""
{
  "message": "Thread deleted successfully"
}
""",
)
CREATE_THREAD = Example(
    "POST",
    "/api/thread/new",
    201,
    request="""
{
  "title": "New Conversation",
  "assistantId": 1  // Optional, will use default assistant if not provided
}
""",
    answer="""
{
  "id": 2,
  "openaiThreadId": "thread_xyz789",
  "title": "New Conversation"
}
""",
    minted={"openaiThreadId": A_THREAD_ID},
)
CHAT = Example(
    "POST",
    "/api/chat",
    200,
    request="""
{
  "threadId": 2,
  "message": "Hello! Can you help me with a programming question?"
}
""",
    answer="""
{
  "threadId": 2,
  "content": [
    {
      "type": "text",
      "text": "I'd be happy to help with your programming question. What would you like to know?"
    }
  ]
}
""",
    added={"citations": []},
)
ABOUT_THREADS = (
    LIST_THREADS,
    LIST_MESSAGES,
    UPDATE_THREAD,
    DELETE_THREAD,
    CREATE_THREAD,
    CHAT,
)
