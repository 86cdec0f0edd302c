"""What is known of OpenAI's models."""

from afterglow.domain.model_lifecycle import MODEL_NOT_FOUND

# The families that take a temperature whatever the reasoning effort (OpenAI's deployment checklist,
# 2026-11). The others take one only with effort "none", which would change the answers.
_WITH_TEMPERATURE = ("gpt-4o", "gpt-4.1", "gpt-4-", "gpt-3.5-")


def takes_temperature(model: str) -> bool:
    """Tell whether a model accepts a temperature; a fine-tuned one is named `ft:<base>:…`."""
    return model.removeprefix("ft:").startswith(_WITH_TEMPERATURE)


def plain_code(code: str | None) -> str | None:
    """Return a code of OpenAI's, with one name for a model that cannot be had."""
    return MODEL_NOT_FOUND if code in {MODEL_NOT_FOUND, "model_not_available"} else code
