"""What every test may use. No test reaches AWS or OpenAI."""

import os

# Before anything imports `afterglow`: its settings are read once.
os.environ.update(
    {
        "STAGE": "local",
        "DEFAULT_MODEL": "gpt-6-luna",
        "DEFAULT_INSTRUCTIONS": "You are a helpful assistant.",
        "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
        "REGISTRATION": "open",
        "PASSWORD_MIN_LENGTH": "8",
        "TURN_BUDGET_SECONDS": "24",
        "OPENAI_KEYS_PREFIX": "/afterglow/local/openai/",
        "PEPPER_SECRET": "/afterglow/local/pepper",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "POWERTOOLS_SERVICE_NAME": "afterglow",
    }
    | {
        f"{name}_TABLE": f"afterglow-{name.lower()}"
        for name in ("USERS", "SESSIONS", "ASSISTANTS", "THREADS", "MESSAGES", "RUNS")
    }
)
os.environ.pop("AWS_ENDPOINT_URL", None)
os.environ.pop("AWS_PROFILE", None)
