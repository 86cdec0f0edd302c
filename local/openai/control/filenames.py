"""Which files the ids in a call stand for, so that a fault rule can name a file."""

import re
from typing import Final

ID: Final = re.compile(r"(?:file-|upload_)[0-9a-f]+")


class FileNames:
    """Names of files and uploads by their ids, deleted ones as well."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def know(self, object_id: str, filename: str) -> None:
        self.known[object_id] = filename

    def named_in(self, text: str) -> str:
        """The names of all files whose ids a text holds, a line each."""
        return "\n".join(self.known.get(object_id, "") for object_id in ID.findall(text))
