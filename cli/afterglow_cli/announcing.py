"""Telling the service what is to come, so that it says what it has and what it refuses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from afterglow_cli.answers import Detail, Upload
from afterglow_cli.errors import RefusalError
from afterglow_cli.service import Service, Wanted

# How many files one request may name.
MOST_FILES = 100
_ABOUT_A_FILE = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}
_FILE_FIELD = re.compile(r"files\.(\d{1,4})(?:\.|$)")


@dataclass(slots=True)
class Announced:
    """What the service made of some files.

    `uploads` come with their moment by its clock. `refused` are paths, with the reason.
    """

    uploads: list[tuple[Upload, datetime]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def announce(service: Service, files: Sequence[Wanted]) -> Announced:
    """Announce at most MOST_FILES. One that is refused keeps no other from going.

    Raises what `Service.open_upload` raises if it is not about single files.
    """
    announced, groups = Announced(), [list(files)]
    while groups:
        group = groups.pop()
        try:
            announced.uploads.append(service.open_upload(group))
        except RefusalError as error:
            if error.status not in _ABOUT_A_FILE:
                raise
            refused = _refused(error, group)
            announced.refused |= refused
            groups += _others(group, refused)
    return announced


def _refused(error: RefusalError, group: Sequence[Wanted]) -> dict[str, str]:
    """Return which files of a group were refused, as far as the service says so."""
    if len(group) == 1:
        return {group[0].path: _told(error.details) or str(error)}
    found = [(_FILE_FIELD.match(detail.field), detail) for detail in error.details]
    numbered = [(int(match[1]), detail.message) for match, detail in found if match]
    return {group[number].path: said for number, said in numbered if number < len(group)}


def _others(group: list[Wanted], refused: dict[str, str]) -> list[list[Wanted]]:
    """Return what to announce again: without those refused, or in halves if it is not known."""
    if refused:
        rest = [file for file in group if file.path not in refused]
        return [rest] if rest else []
    middle = len(group) // 2
    return [group[middle:], group[:middle]]


def _told(details: Sequence[Detail]) -> str:
    return "; ".join(detail.message for detail in details)
