"""How long everything takes unless a script says otherwise."""

from typing import Annotated

from pydantic import Field

from local.openai.wire.tools import Strict

Seconds = Annotated[float, Field(ge=0)]


class Settings(Strict):
    """`hold` keeps every new background response until it is released.

    `upload_seconds` is how long an upload in parts may take from its beginning.

    OpenAI says that a model is gone; with `names_replacements` it also says what to use instead.
    With `ignores_streams` whoever asks for a stream gets a plain body, as behind some proxies.
    """

    response_seconds: Seconds = 0.02
    upload_seconds: Annotated[int, Field(ge=0)] = 3600
    indexing_seconds: Seconds = 0.02
    hold: bool = False
    names_replacements: bool = False
    ignores_streams: bool = False
