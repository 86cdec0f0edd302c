"""The OpenAI stand-in: OpenAI's wire on a loopback port, for demos and tests without a key."""
