"""`UpstreamFiles` on OpenAI's SDK."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from http.client import NOT_FOUND
from typing import NoReturn

import openai
from openai import OpenAI

from afterglow.adapters.openai.errors import translated
from afterglow.adapters.openai.file_wire import read_indexing, read_store
from afterglow.adapters.openai.patience import PATIENCE, Patience
from afterglow.adapters.openai.refusals import refused
from afterglow.adapters.openai.sdk import opened
from afterglow.adapters.openai.sending import Sender
from afterglow.domain.errors import FILE_LOST, STORE_LOST, OperationFailedError
from afterglow.ports.staging import Source
from afterglow.ports.upstream_files import Indexing


class OpenAIFiles:
    """Holds one user's key for one request or job. `sleep` takes seconds."""

    def __init__(
        self,
        api_key: str,
        base_url: str,
        *,
        patience: Patience = PATIENCE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._patience = patience
        self._sleep = sleep

    def upload(self, source: Source) -> str:
        """Send a file: in parts, through the Uploads API, where one request would be too big."""
        with translated(), self._client() as client:
            return Sender(client, self._patience, self._sleep).send(source)

    def delete(self, upstream_id: str) -> None:
        """Delete a file, which takes it out of all stores."""
        with translated(), refused(NOT_FOUND), self._client() as client:
            client.files.with_raw_response.delete(upstream_id)

    def create_store(self, name: str) -> str:
        """Make a vector store, which does not expire."""
        with translated(), self._client() as client:
            return read_store(client.vector_stores.with_raw_response.create(name=name).content).id

    def has_store(self, store_id: str) -> bool:
        """Ask for a store; one that has expired cannot be searched any more."""
        with translated(), self._client() as client:
            return self._has_store(client, store_id)

    def delete_store(self, store_id: str) -> None:
        """Delete a store."""
        with translated(), refused(NOT_FOUND), self._client() as client:
            client.vector_stores.with_raw_response.delete(store_id)

    def index(self, store_id: str, upstream_id: str) -> Indexing:
        """Put a file into a store, unless it is there: OpenAI might index it from the start."""
        with translated(), self._client() as client:
            indexing = self._indexing(client, store_id, upstream_id)
            if indexing is None:
                indexing = self._begin_indexing(client, store_id, upstream_id)
            return indexing or self._is_lost(client, store_id)

    def indexing(self, store_id: str, upstream_id: str) -> Indexing:
        """Ask how far a file is."""
        with translated(), self._client() as client:
            indexing = self._indexing(client, store_id, upstream_id)
            return indexing or self._is_lost(client, store_id)

    def unindex(self, store_id: str, upstream_id: str) -> None:
        """Take a file out of a store."""
        with translated(), refused(NOT_FOUND), self._client() as client:
            client.vector_stores.files.with_raw_response.delete(
                upstream_id, vector_store_id=store_id
            )

    def _has_store(self, client: OpenAI, store_id: str) -> bool:
        try:
            answer = client.vector_stores.with_raw_response.retrieve(
                store_id, timeout=self._patience.asking()
            )
        except openai.NotFoundError:
            return False
        return read_store(answer.content, expected_id=store_id).status != "expired"

    def _indexing(self, client: OpenAI, store_id: str, upstream_id: str) -> Indexing | None:
        try:
            answer = client.vector_stores.files.with_raw_response.retrieve(
                upstream_id, vector_store_id=store_id, timeout=self._patience.asking()
            )
        except openai.NotFoundError:
            return None
        return read_indexing(answer.content, store_id=store_id, upstream_id=upstream_id)

    def _begin_indexing(self, client: OpenAI, store_id: str, upstream_id: str) -> Indexing | None:
        try:
            answer = client.vector_stores.files.with_raw_response.create(
                store_id, file_id=upstream_id
            )
        except openai.NotFoundError:
            return None
        return read_indexing(answer.content, store_id=store_id, upstream_id=upstream_id)

    def _is_lost(self, client: OpenAI, store_id: str) -> NoReturn:
        """Raise which of the two is lost: OpenAI's 404 does not say."""
        if self._has_store(client, store_id):
            raise OperationFailedError("OpenAI no longer has the file", code=FILE_LOST)
        raise OperationFailedError("OpenAI no longer has the vector store", code=STORE_LOST)

    def _client(self) -> AbstractContextManager[OpenAI]:
        return opened(self._api_key, self._base_url, self._patience.changing())
