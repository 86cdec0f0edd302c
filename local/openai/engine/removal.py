"""Delete files and vector stores with everything that hangs on them."""

from typing import Final

from local.openai.services import Services

STORE: Final = "vector_store"
FILE: Final = "file"


def remove_file(services: Services, file_id: str) -> None:
    """It leaves every store as well."""
    for _, vector_store_id, _ in services.database.find("vector_store.file", {"id": file_id}):
        services.indexer.detach(vector_store_id, file_id)
    services.database.delete(FILE, file_id)
    services.contents.delete(file_id)


def remove_store(services: Services, project: str, store_id: str) -> None:
    """Its files stay."""
    for kind in ("vector_store.file", "vector_store.files_batch"):
        for child in services.database.children(kind, project, store_id):
            services.database.delete(kind, child["id"], parent=store_id)
    services.indexer.passages.delete_store(store_id)
    services.database.delete(STORE, store_id)
