"""User 42 of the documents, on a deployment: with a browser and with a program."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx2

from afterglow.adapters.dynamodb.tables.base import Item
from local.up import LocalCloud
from tests.contract.user_42 import BEARER_TOKEN, COOKIE_TOKEN, OWNER
from tests.e2e.drawers import Drawers
from tests.seeds.example import Example

API_KEY = "sk-your-openai-api-key"


class User42:
    """Sends the examples of either dialect, with the credential it takes."""

    def __init__(self, cloud: LocalCloud, http: httpx2.Client) -> None:
        self.drawers = Drawers(cloud)
        self.http = http

    def settle(self, items: Iterable[Item]) -> None:
        """Have nothing but these."""
        self.drawers.clear(OWNER)
        self.drawers.put(items)

    def store_key(self) -> None:
        """Store the key of the examples."""
        answer = self.request("POST", "/api/settings/apikey", {"apiKey": API_KEY})
        assert answer.status_code == 200, answer.text

    def ask(self, example: Example) -> httpx2.Response:
        """Send the request of an example."""
        return self.request(example.method, example.path, example.body)

    def request(self, method: str, path: str, body: object = None) -> httpx2.Response:
        """Send a request."""
        headers = {"Cookie": f"sid={COOKIE_TOKEN}"}
        if path.startswith("/api/v1/"):
            headers = {"Authorization": f"Bearer {BEARER_TOKEN}"}
        return self.http.request(method, path, headers=headers, json=body)


@contextmanager
def user_42_on(cloud: LocalCloud) -> Iterator[User42]:
    """Return the user, and clear away after them."""
    with httpx2.Client(base_url=cloud.front_url, timeout=40) as http:
        user = User42(cloud, http)
        try:
            yield user
        finally:
            user.drawers.clear(OWNER)


def now() -> datetime:
    """Return the time: nobody can set the deployment's clock."""
    return datetime.now(UTC)
