"""Services of files and uploads, and what works uploads off when nobody waits."""

import time
from functools import cache
from typing import TYPE_CHECKING

from afterglow.bootstrap.limiting import limits
from afterglow.bootstrap.ports import (
    accounts,
    assistants,
    copies,
    files,
    now,
    seats,
    staging,
    upload_launcher,
    upload_queue,
    uploads,
    upstream_files,
    vault,
)
from afterglow.bootstrap.runs import watcher
from afterglow.settings import settings

if TYPE_CHECKING:
    from afterglow.ports.files import Quota
    from afterglow.services.directories import DirectoryService
    from afterglow.services.files import FileService
    from afterglow.services.forms import FormService
    from afterglow.services.ingesting import Ingester
    from afterglow.services.moving import Mover
    from afterglow.services.opening import Upstreams
    from afterglow.services.removing import FileRemoval
    from afterglow.services.upload_sweeping import UploadSweeper
    from afterglow.services.upload_work import UploadWork
    from afterglow.services.uploads import UploadService
    from afterglow.services.withdrawing import Withdrawal


@cache
def upload_service() -> "UploadService":
    """Return the service of uploads."""
    from afterglow.services.uploads import UploadService

    return UploadService(
        uploads=uploads(),
        assistants=assistants(),
        staging=staging(),
        ingester=ingester(),
        queue=upload_queue(),
        watcher=watcher(),
        charge_upload=limits().upload,
        now=now,
    )


@cache
def file_service() -> "FileService":
    """Return the service of files."""
    from afterglow.services.files import FileService

    return FileService(files())


@cache
def form_service() -> "FormService":
    """Return the service of presigned forms."""
    from afterglow.services.forms import FormService

    return FormService(
        uploads=uploads(),
        files=files(),
        assistants=assistants(),
        staging=staging(),
        queue=upload_queue(),
        quota=quota(),
        charge_announcement=limits().announcement,
        now=now,
    )


@cache
def directory_service() -> "DirectoryService":
    """Return the service of folders."""
    from afterglow.services.directories import DirectoryService

    return DirectoryService(
        uploads=uploads(),
        ingester=ingester(),
        launcher=upload_launcher(),
        queue=upload_queue(),
        charge_folder=limits().folder,
        now=now,
    )


@cache
def file_removal() -> "FileRemoval":
    """Return what deletes files."""
    from afterglow.services.removing import FileRemoval

    return FileRemoval(files=files(), upstreams=upstreams(), now=now)


@cache
def upload_work() -> "UploadWork":
    """Return what works the queue off."""
    from afterglow.services.upload_work import UploadWork
    from afterglow.services.waking import Waker

    return UploadWork(
        uploads=uploads(),
        forms=form_service(),
        ingester=ingester(),
        mover=mover(),
        waker=Waker(files=files(), uploads=uploads(), queue=upload_queue(), now=now),
        queue=upload_queue(),
        seats=seats(),
        now=now,
    )


@cache
def upload_sweeper() -> "UploadSweeper":
    """Return what finds the files that nobody is at work on."""
    from afterglow.services.upload_sweeping import UploadSweeper

    return UploadSweeper(uploads=uploads(), queue=upload_queue(), now=now)


@cache
def mover() -> "Mover":
    """Return what has files follow the key."""
    from afterglow.services.moving import Mover

    return Mover(
        files=files(),
        uploads=uploads(),
        upstreams=upstreams(),
        queue=upload_queue(),
        launcher=upload_launcher(),
        now=now,
    )


@cache
def ingester() -> "Ingester":
    from afterglow.services.indexing import Indexer
    from afterglow.services.ingesting import Ingester
    from afterglow.services.intake import Intake

    return Ingester(
        accounts=accounts(),
        uploads=uploads(),
        files=files(),
        assistants=assistants(),
        staging=staging(),
        intake=Intake(files=files(), staging=staging(), copies=copies(), quota=quota()),
        indexer=Indexer(
            files=files(),
            assistants=assistants(),
            copies=copies(),
            upstreams=upstreams(),
            mover=mover(),
            now=now,
            sleep=time.sleep,
        ),
        withdrawal=withdrawal(),
        quota=quota(),
        now=now,
    )


def withdrawal() -> "Withdrawal":
    from afterglow.services.withdrawing import Withdrawal

    return Withdrawal(
        uploads=uploads(),
        files=files(),
        staging=staging(),
        upstreams=upstreams(),
        queue=upload_queue(),
        now=now,
    )


def upstreams() -> "Upstreams":
    from afterglow.services.opening import Upstreams

    return Upstreams(accounts=accounts(), vault=vault(), factory=upstream_files)


def quota() -> "Quota":
    from afterglow.ports.files import Quota

    return Quota(
        files=settings().user_files,
        size=settings().user_files_bytes,
        files_per_assistant=settings().files_per_assistant,
    )
