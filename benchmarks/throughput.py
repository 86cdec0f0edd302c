"""How many requests sixteen clients get answered, beside those of a function that does nothing."""

import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx2

from benchmarks.cold import UnexpectedAnswerError
from benchmarks.figures import Figure
from benchmarks.start.tenant import UNLIMITED, Tenant
from local.ports import Ports
from local.up import LocalCloud

GROUP = "throughput"
GOAL = 0.7
CLIENTS = 16
SECONDS = 6.0
ROUNDS = 3
OK = 200
EMPTY = Path(__file__).parent / "load" / "empty" / "template.yaml"
NO_UPSTREAM = "http://127.0.0.1:1/v1"
# The least that a function of ours does for somebody, and what most requests are.
ASKED = ("/openapi.json", "/api/user", "/api/assistants")


@dataclass(frozen=True, slots=True)
class Aim:
    """Where requests go, and who sends them."""

    url: str
    cookie: str = ""


def measure(seconds: float = SECONDS, rounds: int = ROUNDS) -> list[Figure]:
    """Return ratios to the empty function. Raises UnexpectedAnswerError."""
    with (
        tempfile.TemporaryDirectory() as data,
        LocalCloud(
            Ports.free(),
            Path(data) / "empty",
            openai_base_url=NO_UPSTREAM,
            template=EMPTY,
            parameters={},
        ) as empty,
        LocalCloud(Ports.free(), Path(data) / "ours", parameters=UNLIMITED) as ours,
    ):
        cookie = Tenant.settled(ours).cookie
        nothing = Aim(f"{empty.front_url}/api/empty")
        aims = [nothing, *(Aim(ours.front_url + path, cookie) for path in ASKED)]
        # The first round starts as many environments as there are clients.
        seen = [[_rate(aim, seconds) for aim in aims] for _ in range(rounds + 1)][1:]
    return [
        Figure(
            GROUP,
            f"GET {path}, {CLIENTS} clients",
            statistics.median(row[place] / row[0] for row in seen),
            "x",
            goal=GOAL,
            better="more",
            detail={
                "per_second": round(statistics.median(row[place] for row in seen)),
                "empty_per_second": round(statistics.median(row[0] for row in seen)),
            },
        )
        for place, path in enumerate(ASKED, start=1)
    ]


def _rate(aim: Aim, seconds: float) -> float:
    """Return answers a second of clients that ask again as soon as they are answered."""
    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as clients:
        counts = clients.map(lambda _: _ask_until(aim, began + seconds), range(CLIENTS))
        answered = sum(counts)
    return answered / (time.monotonic() - began)


def _ask_until(aim: Aim, end: float) -> int:
    answered = 0
    with httpx2.Client(headers={"Cookie": aim.cookie}, timeout=30) as http:
        while time.monotonic() < end:
            response = http.get(aim.url)
            if response.status_code != OK:
                raise UnexpectedAnswerError(f"{aim.url}: {response.status_code} {response.text}")
            answered += 1
    return answered
