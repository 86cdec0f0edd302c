"""Numbers as DynamoDB gives them."""


def optional_int(number: float | None) -> int | None:
    """Return a number of DynamoDB as the integer it is."""
    return None if number is None else int(number)
