"""What an answer rests on, by our ids of the files."""

from dataclasses import dataclass

from afterglow.domain.models import Citation, File, Run
from afterglow.ports.engine import Reply
from afterglow.ports.files import FileRepository


@dataclass(frozen=True, slots=True)
class Citing:
    """Looks up the files that the upstream names, in few trips and none where it names none."""

    files: FileRepository

    def citations_of(self, run: Run, reply: Reply | None) -> tuple[Citation, ...]:
        """Return what a reply rests on. A file that is gone keeps the name it had upstream."""
        if reply is None or not reply.citations:
            return ()
        named = dict.fromkeys(cited.file_id for cited in reply.citations if cited.file_id)
        found = self.files.by_upstream_ids(run.user_id, list(named))
        return tuple(_ours(cited, found.get(cited.file_id or "")) for cited in reply.citations)


def _ours(cited: Citation, file: File | None) -> Citation:
    if file is None:
        return Citation(None, cited.file_name, cited.index)
    return Citation(file.id, file.name, cited.index)
