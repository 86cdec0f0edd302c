"""What one invocation of a function uses: from its measured calls, its time and its memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.cost.prices import added, times

GB = 1024
BYTES_PER_GB = 1024**3
# What S3 bills as a write; every other request but a deletion, which is free, is a read.
S3_WRITES = {"PutObject", "CopyObject", "ListObjectsV2", "PostObject"}
S3_FREE = {"DeleteObject", "DeleteObjects"}


@dataclass(frozen=True, slots=True)
class Lambda:
    """The functions' architecture, whether they have snapshots, and what is assumed of them."""

    architecture: str
    assumed: Mapping[str, Any]
    has_snapshots: bool = False

    def invocation(self, memory: int, milliseconds: float) -> dict[str, float]:
        """Return the usage of one invocation of a function of `memory` MB."""
        cold, size = self.assumed["lambda"], memory / GB
        share, start = cold["cold_share"], cold["cold_start_ms"]
        usage: dict[str, float] = {"lambda_request": 1}
        if self.has_snapshots:
            usage["snapstart_restore_gb"] = share * size
        else:
            milliseconds += share * start
        return usage | {f"lambda_gb_second_{self.architecture}": size * milliseconds / 1000}

    def handled(
        self, seen: Mapping[str, Any], memory: int, *, waits_ms: float = 0
    ) -> dict[str, float]:
        """Return the usage of one invocation with its calls and its log.

        `seen` is a reading (`capacity.reading.Reading`); `waits_ms` is for whom it waits besides.
        """
        milliseconds = self.own_time(seen["calls"]) + waits_ms
        log = seen["log_bytes"] + self.assumed["lambda"]["platform_log_bytes"]
        return added(
            self.invocation(memory, milliseconds), called(seen), {"logs_gb": log / BYTES_PER_GB}
        )

    def own_time(self, calls: Mapping[str, int]) -> float:
        """Return the milliseconds that a handler takes with its AWS calls. Raises KeyError."""
        known: Mapping[str, float] = self.assumed["call_ms"]
        waited = sum(known[name] * count for name, count in calls.items())
        return float(waited * self.assumed["durations"]["warm_ratio"])


def called(seen: Mapping[str, Any]) -> dict[str, float]:
    """Return the usage of a reading's calls. Raises ValueError for a service without a price."""
    usage = {"dynamodb_read": seen["reads"], "dynamodb_write": seen["writes"]}
    return added(usage, *(times(_call(name), count) for name, count in seen["calls"].items()))


def requested(seen: Mapping[str, Any]) -> dict[str, float]:
    """Return the usage of a request at the gateway, and of its answer."""
    return {"api_gateway_request": 1, "data_out_gb": seen["answer_bytes"] / BYTES_PER_GB}


def _call(name: str) -> dict[str, float]:
    service, operation = name.split(".")
    match service:
        case "dynamodb" | "sfn":
            # By units, by transitions.
            return {}
        case "s3":
            if operation in S3_FREE:
                return {}
            return {"s3_put" if operation in S3_WRITES else "s3_get": 1}
        case "sqs":
            return {"sqs_request": 1}
        case "secrets-manager":
            return {"secrets_manager_call": 1}
        case "kms":
            return {"kms_call": 1}
    raise ValueError(name)
