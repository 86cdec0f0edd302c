"""The time."""

from collections.abc import Callable
from datetime import datetime

# Aware, UTC.
Clock = Callable[[], datetime]
