"""What an answer says it rests on. Another's data: what cannot be so is left out, the answer kept.

Only files are read; what points into containers or at web pages is none of ours.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from afterglow.adapters.openai.identifiers import UpstreamId
from afterglow.domain.models import Citation

# With names no longer than these, what an answer rests on fits into its message's item.
MAX_CITATIONS = 100
MAX_NAME_BYTES = 255


class FileCitation(BaseModel):
    """An annotation (`types/responses/response_output_text.py` of openai 3.54)."""

    type: Literal["file_citation"]
    index: Annotated[int, Field(ge=0, strict=True)]
    file_id: UpstreamId
    filename: Annotated[str, Field(min_length=1, max_length=MAX_NAME_BYTES)]


def read_citations(annotations: Any, text: str, *, begins_at: int) -> Iterator[Citation]:
    """Return what a text rests on, which begins at an index of the whole answer."""
    for annotation in annotations if isinstance(annotations, list) else ():
        cited = _read(annotation)
        if cited is not None and cited.index <= len(text):
            yield Citation(cited.file_id, cited.filename, begins_at + cited.index)


def distinct(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Return each once, and no more than we keep."""
    return tuple(dict.fromkeys(citations))[:MAX_CITATIONS]


def _read(annotation: object) -> FileCitation | None:
    try:
        cited = FileCitation.model_validate(annotation)
    except ValidationError:
        return None
    return cited if len(cited.filename.encode()) <= MAX_NAME_BYTES else None
