"""`Engine` on OpenAI's Responses API."""
