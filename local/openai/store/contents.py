"""The bytes of uploaded files, one file each, named by our own ids."""

import shutil
from pathlib import Path
from typing import BinaryIO


class Contents:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    def path(self, file_id: str) -> Path:
        return self.folder / file_id

    def write(self, file_id: str, source: BinaryIO) -> int:
        with self.path(file_id).open("wb") as target:
            shutil.copyfileobj(source, target)
        return self.path(file_id).stat().st_size

    def read(self, file_id: str) -> bytes:
        return self.path(file_id).read_bytes()

    def delete(self, file_id: str) -> None:
        self.path(file_id).unlink(missing_ok=True)

    def wipe(self) -> None:
        for path in self.folder.iterdir():
            path.unlink()
