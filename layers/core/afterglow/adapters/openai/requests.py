"""What we ask of OpenAI, and what we ask instead once it has refused a part."""

import hashlib
from collections.abc import Sequence
from typing import Any

from afterglow.adapters.openai.models import takes_temperature
from afterglow.adapters.openai.refusals import RefusalError
from afterglow.domain.models import FileUse, Message
from afterglow.ports.engine import Prompt, PromptFiles

# Bounds what one answer may cost; reasoning counts too.
MAX_OUTPUT_TOKENS = 32_768

# An answer without these is worth more than none.
_OPTIONAL = ("stream", "temperature")

Request = dict[str, Any]


def create_request(prompt: Prompt) -> Request:
    """Return what asks for a Response."""
    run = prompt.run
    request = {
        "model": run.spec.model,
        "instructions": run.spec.instructions,
        "input": [*_inputs(prompt.unseen), _input("user", prompt.message)],
        "tools": [tool for use in run.spec.file_uses if (tool := _tool(use, prompt.files))],
        "background": True,
        # Told when it is done, nobody has to ask; it goes on when nobody listens.
        "stream": True,
        # Without it a background Response is gone after some ten minutes.
        "store": True,
        "truncation": "auto",
        "max_output_tokens": MAX_OUTPUT_TOKENS,
        "prompt_cache_key": run.openai_assistant_id,
        "safety_identifier": hashlib.sha256(str(run.user_id).encode()).hexdigest(),
        "metadata": {"run_id": run.id, "attempt": str(run.attempt)},
    }
    if prompt.head_response_id is not None:
        request["previous_response_id"] = prompt.head_response_id
    if run.spec.temperature is not None and takes_temperature(run.spec.model):
        request["temperature"] = run.spec.temperature
    return request


def _tool(use: FileUse, files: PromptFiles) -> Request | None:
    """Return the tool as the Responses API has it; a search without a store is left out."""
    if use is FileUse.CODE:
        container: Request = {"type": "auto"}
        if files.code_file_ids:
            container["file_ids"] = list(files.code_file_ids)
        return {"type": "code_interpreter", "container": container}
    if files.vector_store_id is None:
        return None
    return {"type": "file_search", "vector_store_ids": [files.vector_store_id]}


def amended(request: Request, error: RefusalError, prompt: Prompt) -> Request | None:
    """Return the request as it may pass, or None if it is not the request's fault."""
    if error.param in _OPTIONAL and error.param in request:
        return _without(request, error.param)
    if _is_chain_lost(error) and "previous_response_id" in request:
        rebuilt = _without(request, "previous_response_id")
        return rebuilt | {"input": [*_inputs(prompt.history()), _input("user", prompt.message)]}
    return None


def _is_chain_lost(error: RefusalError) -> bool:
    return error.code == "previous_response_not_found" or error.param == "previous_response_id"


def _without(request: Request, field: str) -> Request:
    return {name: value for name, value in request.items() if name != field}


def _inputs(messages: Sequence[Message]) -> list[Request]:
    return [_input(message.role, message.content) for message in messages]


def _input(role: str, text: str) -> Request:
    return {"role": role, "content": text}
