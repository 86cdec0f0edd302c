"""OpenAI's list pages: `limit`, `order`, `after`, `before`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from local.openai.wire import Json
from local.openai.wire.errors import ApiError, invalid


@dataclass(frozen=True)
class PageRequest:
    limit: int = 20
    descending: bool = True
    after: str | None = None
    before: str | None = None


def page_request(query: Mapping[str, str], *, default: int = 20, most: int = 100) -> PageRequest:
    order = query.get("order", "desc")
    if order not in {"asc", "desc"}:
        raise invalid(f"Invalid value: '{order}'. Supported values are: 'asc' and 'desc'.",
                      param="order", code="invalid_value")  # fmt: skip
    return PageRequest(
        limit=read_limit(query.get("limit"), default, most),
        descending=order == "desc",
        after=query.get("after"),
        before=query.get("before"),
    )


def read_limit(raw: str | None, default: int, most: int) -> int:
    if raw is None:
        return default
    if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw) <= most:
        message = f"Invalid 'limit': expected an integer from 1 to {most}."
        raise invalid(message, param="limit", code="invalid_value")
    return int(raw)


def unknown_cursor(name: str, value: str) -> ApiError:
    return invalid(f"Invalid '{name}': no such object: {value}.", param=name, code="invalid_value")


def listing(data: Sequence[Json], *, has_more: bool) -> Json:
    # OpenAI's description demands strings here, also for an empty page.
    return {
        "object": "list",
        "data": list(data),
        "first_id": data[0]["id"] if data else "",
        "last_id": data[-1]["id"] if data else "",
        "has_more": has_more,
    }


def cut(items: Sequence[Json], page: PageRequest) -> Json:
    """One page of a list that is wholly in memory, oldest first."""
    ordered = list(reversed(items)) if page.descending else list(items)
    ids = [item["id"] for item in ordered]
    for name, value in (("after", page.after), ("before", page.before)):
        if value is not None and value not in ids:
            raise unknown_cursor(name, value)
    start = ids.index(page.after) + 1 if page.after else 0
    end = ids.index(page.before) if page.before else len(ordered)
    if page.before and not page.after:
        start = max(start, end - page.limit)
    window = ordered[start:end]
    return listing(window[: page.limit], has_more=len(window) > page.limit)
