"""The bytes of uploaded files and of parts of them, one file each, named by our own ids."""

import shutil
from collections.abc import Collection, Sequence
from hashlib import md5
from pathlib import Path
from typing import BinaryIO, Final

BLOCK: Final = 1024 * 1024


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

    def join(self, file_id: str, part_ids: Sequence[str]) -> str:
        """Make one file of parts in this order; return its MD5 in hex."""
        digest = md5(usedforsecurity=False)
        with self.path(file_id).open("wb") as target:
            for part_id in part_ids:
                with self.open(part_id) as source:
                    while block := source.read(BLOCK):
                        digest.update(block)
                        target.write(block)
        return digest.hexdigest()

    def open(self, file_id: str) -> BinaryIO:
        return self.path(file_id).open("rb")

    def delete(self, file_id: str) -> None:
        self.path(file_id).unlink(missing_ok=True)

    def keep(self, ids: Collection[str]) -> None:
        """Delete what none of these ids names: whoever wrote it was killed over it."""
        for path in self.folder.iterdir():
            if path.name not in ids:
                path.unlink()

    def wipe(self) -> None:
        self.keep(())
