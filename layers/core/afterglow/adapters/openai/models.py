"""What is known of OpenAI's models."""

# The families that take a temperature whatever the reasoning effort (OpenAI's deployment checklist,
# 2026-11). The others take one only with effort "none", which would change the answers.
_WITH_TEMPERATURE = ("gpt-4o", "gpt-4.1", "gpt-4-", "gpt-3.5-")


def takes_temperature(model: str) -> bool:
    """Tell whether a model accepts a temperature; a fine-tuned one is named `ft:<base>:…`."""
    return model.removeprefix("ft:").startswith(_WITH_TEMPERATURE)
