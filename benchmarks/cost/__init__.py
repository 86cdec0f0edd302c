"""What AWS charges for turns and uploads, by service."""

from benchmarks.cost.measuring import measure

__all__ = ["measure"]
