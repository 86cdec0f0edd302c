"""The prices file, and what so much of something costs by it."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

HERE = Path(__file__).parent
# How much of each price's thing is used.
Usage = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Price:
    """`usd` for `per` of something. `seen` tells how far it was verified: see the file."""

    service: str
    usd: float
    per: float
    seen: Literal["page", "secondary", "memory"]
    source: str


@dataclass(frozen=True, slots=True)
class Prices:
    """Every price of a region on a date, by its name in the file."""

    date: str
    region: str
    prices: Mapping[str, Price]

    @classmethod
    def read(cls, path: Path = HERE / "prices.toml") -> "Prices":
        """Return those of a file."""
        content = tomllib.loads(path.read_text())
        date, region = str(content.pop("date")), content.pop("region")
        return cls(date, region, {name: Price(**each) for name, each in content.items()})

    def bill(self, usage: Usage) -> dict[str, float]:
        """Return USD by service. Raises KeyError for what has no price."""
        total: defaultdict[str, float] = defaultdict(float)
        for name, quantity in usage.items():
            price = self.prices[name]
            total[price.service] += quantity * price.usd / price.per
        return {service: usd for service, usd in sorted(total.items()) if usd}


def assumptions(path: Path = HERE / "assumptions.toml") -> dict[str, Any]:
    """Return what is assumed, by section."""
    return tomllib.loads(path.read_text())


def added(*usages: Usage) -> dict[str, float]:
    """Return several usages together."""
    total: defaultdict[str, float] = defaultdict(float)
    for usage in usages:
        for name, quantity in usage.items():
            total[name] += quantity
    return dict(total)


def times(usage: Usage, factor: float) -> dict[str, float]:
    """Return a usage that many times."""
    return {name: quantity * factor for name, quantity in usage.items()}
