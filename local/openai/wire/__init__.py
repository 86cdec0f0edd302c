"""OpenAI's wire format: what requests may say and what bodies look like."""

from typing import Any

Json = dict[str, Any]
