"""Which files an assistant reads, as far as their names tell."""

from dataclasses import replace

from afterglow.domain.errors import InvalidInputError
from afterglow.domain.file_types import CODE_TYPES, use_by_name
from afterglow_cli.answers import Assistant
from afterglow_cli.errors import FileFailure
from afterglow_cli.walking import Found

_CODE = "code_interpreter"


def has_code_interpreter(assistant: Assistant) -> bool:
    """Tell whether an assistant reads what only code does."""
    return any(tool.type == _CODE for tool in assistant.tools)


def fitting(found: Found, assistant: Assistant) -> Found:
    """Return what was found without those files that the assistant has no tool for.

    They would be staged first and refused last. Other names are the service's to judge: it may know
    more of them than the core that this command came with.
    """
    if has_code_interpreter(assistant):
        return found
    refused = {
        file.path: reason
        for file in found.files
        if file.location.suffix.lower() in CODE_TYPES and (reason := _refusal(file.path))
    }
    files = [file for file in found.files if file.path not in refused]
    return replace(found, files=files, failures=found.failures | refused)


def told(error: FileFailure | InvalidInputError) -> str:
    """Return why a file does not go."""
    details = error.details if isinstance(error, InvalidInputError) else ()
    return "; ".join(detail.get("message", "") for detail in details) or str(error)


def _refusal(path: str) -> str | None:
    try:
        use_by_name(path, has_code_interpreter=False)
    except InvalidInputError as error:
        return told(error)
    return None
