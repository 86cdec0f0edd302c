"""What would become of a folder, as far as that can be told without announcing it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from afterglow.domain.errors import InvalidInputError
from afterglow.domain.file_paths import normalised_path
from afterglow.domain.file_types import use_by_name
from afterglow_cli.answers import Assistant, File
from afterglow_cli.choosing import chosen_assistant
from afterglow_cli.contents import check_readable, measure
from afterglow_cli.errors import FileFailure
from afterglow_cli.fitting import has_code_interpreter, told
from afterglow_cli.service import Service
from afterglow_cli.sessions import Session
from afterglow_cli.walking import Found, LocalFile


@dataclass(slots=True)
class Plan:
    """What would go, what is there already, and which paths would not go and why.

    Unless the service `is_asked`, nobody knows what is there.
    """

    is_asked: bool
    going: list[LocalFile] = field(default_factory=list)
    known: list[LocalFile] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


def plan(session: Session | None, found: Found, assistant_id: int | None) -> Plan:
    """Judge the files found, for an assistant, None for the default one.

    Raises CommandError. Nothing changes at the service.
    """
    judge, plan = _judge(session, assistant_id), Plan(session is not None)
    plan.failures |= found.failures
    for file in found.files:
        try:
            (plan.known if judge.knows(file) else plan.going).append(file)
        except (FileFailure, InvalidInputError) as error:
            plan.failures[file.path] = told(error)
    return plan


def _judge(session: Session | None, assistant_id: int | None) -> "_Judge":
    if session is None:
        return _Judge(has_code=True, files={})
    with Service(session.url, session.cookie) as service:
        assistant = chosen_assistant(service, assistant_id)
        return _Judge.of(assistant, service.files())


@dataclass(frozen=True, slots=True)
class _Judge:
    """Knows the rules of names, and what the service has: contents, by path and size in bytes.

    The rules are those of the core that this command came with.
    """

    has_code: bool
    files: Mapping[tuple[str, int], set[str]]

    @classmethod
    def of(cls, assistant: Assistant, files: Iterable[File]) -> Self:
        """Return one for an assistant of a user who has these files."""
        contents: dict[tuple[str, int], set[str]] = defaultdict(set)
        for file in files:
            contents[file.path, file.size].add(file.sha256)
        return cls(has_code_interpreter(assistant), contents)

    def knows(self, file: LocalFile) -> bool:
        """Tell whether a file is there already. Raises FileFailure, InvalidInputError."""
        normalised_path(file.path)
        use_by_name(file.path, has_code_interpreter=self.has_code)
        contents = self.files.get((file.path, file.size))
        if contents is None:
            check_readable(file)
            return False
        return measure(file).sha256 in contents
