"""A brain elsewhere: any chat-completions server, named by `LOCAL_LLM_URL`."""

from typing import Final

import httpx2

from local.openai.brain.turn import BrainError, Citation, Reply, Turn
from local.openai.wire import Json

TIMEOUT_SECONDS: Final = 600.0
GROUNDING: Final = "Answer from these passages of the user's files where they help:"


class RemoteBrain:
    """Ollama, llama.cpp, vLLM: they speak the same wire."""

    def __init__(
        self, url: str, model: str | None, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self.url = url.rstrip("/").removesuffix("/chat/completions")
        self.model = model
        self.client = httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, transport=transport)

    async def answer(self, turn: Turn) -> Reply:
        try:
            body = {"model": await self._model(), "messages": chat_messages(turn)}
            response = await self.client.post(f"{self.url}/chat/completions", json=body)
            text = response.raise_for_status().json()["choices"][0]["message"]["content"]
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, LookupError, TypeError) as error:
            reason = f"The model at LOCAL_LLM_URL gave no answer: {error or type(error).__name__}"
            raise BrainError(reason) from error
        return with_citation(str(text or ""), turn)

    async def _model(self) -> str:
        """The model asked for, else the first the server has."""
        if self.model is None:
            response = await self.client.get(f"{self.url}/models")
            self.model = str(response.raise_for_status().json()["data"][0]["id"])
        return self.model


def chat_messages(turn: Turn) -> list[Json]:
    system = [turn.instructions] if turn.instructions else []
    if turn.excerpts:
        passages = "\n\n".join(f"[{e.filename}]\n{e.text}" for e in turn.excerpts)
        system.append(f"{GROUNDING}\n\n{passages}")
    head = [{"role": "system", "content": "\n\n".join(system)}] if system else []
    return head + [
        {"role": "system" if m.role == "developer" else m.role, "content": m.text}
        for m in turn.messages
    ]


def with_citation(text: str, turn: Turn) -> Reply:
    """The model does not say what it used; the best passage stands for it."""
    best = next((excerpt for excerpt in turn.excerpts if excerpt.file_id), None)
    return Reply(text, (Citation(best, len(text)),) if best and text else ())
