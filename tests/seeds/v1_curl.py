"""Dialect B's usage examples, word for word: what to type, and the status that comes back."""

CURL = (
    (
        201,
        r"""
curl -X POST http://localhost:3000/api/v1/assistant \
-H "Content-Type: application/json" \
-H "Authorization: Bearer <access_token>" \
-d '{
"name": "Compliance Helper"
}'
""",
    ),
    (
        201,
        r"""
curl -X POST http://localhost:3000/api/v1/assistant/admin \
-H "Content-Type: application/json" \
-H "Authorization: Bearer <admin_access_token>" \
-d '{
"name": "Custom Assistant",
"instructions": "Custom system instructions",
"model": "gpt-3.5-turbo-0125",
"tools": [{"type": "code_interpreter"}]
}'
""",
    ),
    (
        201,
        r"""
curl -X POST http://localhost:3000/api/v1/thread \
-H "Content-Type: application/json" \
-H "Authorization: Bearer <access_token>" \
-d '{
"assistantId": "1",
"content": "I need help understanding compliance requirements for data processing activities"
}'
""",
    ),
    (
        201,
        r"""
curl -X POST http://localhost:3000/api/v1/thread/thread_xyz789 \
-H "Content-Type: application/json" \
-H "Authorization: Bearer <access_token>" \
-d '{
"content": "What are the specific requirements for data retention policies?",
"assistantId": "1"
}'
""",
    ),
    (
        201,
        r"""
curl -X POST http://localhost:3000/api/v1/assistant \
-H "Content-Type: application/json" \
-H "Authorization: Bearer <access_token>" \
-d '{
"name": "My Assistant"
}'
""",
    ),
    (
        200,
        r"""
curl -X GET http://localhost:3000/api/v1/assistant \
-H "Authorization: Bearer <access_token>"
""",
    ),
    (
        200,
        r"""
curl -X GET http://localhost:3000/api/v1/assistant/1 \
-H "Authorization: Bearer <access_token>"
""",
    ),
    (
        200,
        r"""
curl -X PUT http://localhost:3000/api/v1/assistant/1/instructions \
-H "Content-Type: application/json" \
-H "Authorization: Bearer <access_token>" \
-d '{
"instructions": "Updated system instructions"
}'
""",
    ),
    (
        200,
        r"""
curl -X DELETE http://localhost:3000/api/v1/assistant/1 \
-H "Authorization: Bearer <access_token>"
""",
    ),
    (
        200,
        r"""
curl -X DELETE http://localhost:3000/api/v1/assistant \
-H "Authorization: Bearer <access_token>"
""",
    ),
)
