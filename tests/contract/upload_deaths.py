"""Uploads whose processes die at any of their calls to AWS, and what runs wait for then."""

from collections.abc import Callable
from datetime import timedelta

from afterglow.adapters.dynamodb.files import DynamoFileRepository
from afterglow.domain.models import UploadState
from tests.contract.uploading import LATER
from tests.contract.worlds import World
from tests.fakes.clock import NOON
from tests.mortality import Life
from tests.tables import snapshot
from tests.wiretap import Wiretap


def killed_at_every_call(
    aws: Wiretap, work: Callable[[], object], check: Callable[[], None]
) -> int:
    """Have some work end at each of its calls, check what is left, and return how many calls."""
    restore, calls, is_over = snapshot(), 0, False
    while not is_over:
        for unanswered in (False, True):
            restore()
            is_over = aws.outlived(Life(calls, unanswered=unanswered), work)
            check()
        calls += 1
    return calls


def is_waited_for(world: World, after: timedelta = timedelta(0)) -> bool:
    """Tell whether runs of the test's assistant wait for files some time after noon."""
    files = DynamoFileRepository(lambda: NOON + after)
    return files.shelf(world.user_id, 1).is_pending


def work_off(world: World) -> None:
    """End all that is due."""
    for due in world.uploads.due():
        entry = world.uploads.file(due.user_id, due.upload_id, due.number or 0)
        world.uploads.end(world.uploads.claim(entry, LATER).ended(UploadState.FAILED))
