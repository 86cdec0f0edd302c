"""What has files follow the key, on fakes, for users without files."""

from afterglow.ports.clock import Clock
from afterglow.services.moving import Mover
from afterglow.services.opening import Upstreams
from tests.fakes.accounts import InMemoryAccounts, InMemoryVault
from tests.fakes.dispatching import RecordingQueue, RecordingUploadLauncher
from tests.fakes.files import InMemoryFiles
from tests.fakes.shelves import Shelves
from tests.fakes.uploads import InMemoryUploads
from tests.fakes.upstream_files import InMemoryUpstream


def idle_mover(accounts: InMemoryAccounts, vault: InMemoryVault, now: Clock) -> Mover:
    """Return what finds nothing to move."""
    shelves = Shelves()
    return Mover(
        files=InMemoryFiles(accounts, shelves),
        uploads=InMemoryUploads(shelves, now),
        upstreams=Upstreams(accounts, vault, InMemoryUpstream().opened_with),
        queue=RecordingQueue(),
        launcher=RecordingUploadLauncher(),
        now=now,
    )
