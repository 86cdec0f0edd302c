"""What all items share, and how keys are made."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model


def number_key(prefix: str, number: int) -> str:
    """Return a key part that sorts by its number."""
    return f"{prefix}#{number:016d}"


def user_key(user_id: int) -> str:
    """Return the key part that stands for an owner."""
    return number_key("U", user_id)


class TableMeta:
    """Waits are short: a request has seconds, not minutes (PynamoDB waits 30 s by default)."""

    connect_timeout_seconds = 2
    read_timeout_seconds = 2
    max_retry_attempts = 3


class Item(Model):
    """An item of any table."""

    owner = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)
    v = NumberAttribute(default=1)
