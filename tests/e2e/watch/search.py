"""The search of a watched cloud."""

from collections.abc import Iterator
from itertools import chain

from tests.e2e.watch.cloud import WatchedCloud
from tests.e2e.watch.notes import exchanges
from tests.e2e.watch.places import Text, answered, called, logged, lying_in, on_disk
from tests.e2e.watch.sent import canaries_in
from tests.e2e.watch.verdict import Verdict


def searched(cloud: WatchedCloud) -> Verdict:
    """Stop a cloud and return what it keeps of what users sent."""
    front, calls = exchanges(cloud.front_notes), exchanges(cloud.cloud_notes)
    verdict = Verdict(canaries_in(front, calls))
    verdict.requests = sum(1 for _ in exchanges(cloud.front_notes))
    verdict.search(lying_in(cloud.cloud_url))
    # Now its snapshot is complete.
    cloud.stop()
    verdict.search(chain(passed(cloud), on_disk(cloud.data)))
    return verdict


def passed(cloud: WatchedCloud) -> Iterator[Text]:
    """Return what passed through a cloud's doors."""
    yield from answered(exchanges(cloud.front_notes))
    yield from called(exchanges(cloud.cloud_notes))
    yield from logged(cloud.cloud_notes)
