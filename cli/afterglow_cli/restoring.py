"""What `afterglow restore` does. It loads AWS's library, which no other command needs."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from boto3.dynamodb.table import BatchWriter
from rich.console import Console
from rich.table import Table as Columns

from afterglow_cli import audit
from afterglow_cli.aws_failures import aws_reason
from afterglow_cli.deployment import Target, enter
from afterglow_cli.restored_tables import Item, Pair, found, key_of, opened, pages, pairs
from afterglow_cli.restored_users import ABSENT, NAME, PROFILE, Users, users
from afterglow_cli.speech import ask, explained, printable, remark, tell

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

# Parts of a table that are worked on at the same time.
SEGMENTS = 4
QUESTION = "Does nothing else write into {}, and shall they be as they were?"


class Wish(NamedTuple):
    """What the operator asks for."""

    suffix: str
    bring_back: bool
    dry_run: bool
    confirmed: bool


class Changes(NamedTuple):
    """How many items were, or would be, written and deleted; those that are right are neither."""

    written: int = 0
    deleted: int = 0


def restore_tables(target: Target, wish: Wish) -> None:
    """Restore a deployment's tables from their copies, and say what changed."""
    with explained(aws_reason):
        tables = pairs(enter(target), wish.suffix)
        by = audit.identity()
        client = opened()
        affected = _users(client, tables, bring_back=wish.bring_back)
        _show_users(affected)
        if not (wish.dry_run or wish.confirmed):
            ask(QUESTION.format(target.stack))
        work = partial(_restored, client, affected, dry_run=wish.dry_run)
        changes = {pair: work(pair) for pair in tables}
        _show_changes(changes, dry_run=wish.dry_run)
        if not wish.dry_run:
            facts = {
                "users": len(affected.restored),
                "written": sum(each.written for each in changes.values()),
                "deleted": sum(each.deleted for each in changes.values()),
            }
            audit.note("restore", by=by, stack=target.stack, suffix=wish.suffix, **facts)


def _users(client: "DynamoDBClient", tables: list[Pair], *, bring_back: bool) -> Users:
    (pair,) = (each for each in tables if each.kind == "users")
    then, now = (_accounts(client, name) for name in (f"{pair.restored}", pair.present))
    return users(then, now, bring_back=bring_back)


def _accounts(client: "DynamoDBClient", name: str) -> Iterator[Item]:
    """Return the profiles and names of a table of users."""
    for page in pages(client, name, 0, 1):
        yield from (item for item in page if item["item"] in {PROFILE, NAME})


def _restored(client: "DynamoDBClient", affected: Users, pair: Pair, *, dry_run: bool) -> Changes:
    """Make a table what its copy is, as far as it is of users who are restored."""
    with ThreadPoolExecutor(SEGMENTS) as workers:
        work = partial(_restored_part, client, affected, pair, dry_run=dry_run)
        parts = list(workers.map(work, range(SEGMENTS)))
    return Changes(sum(each.written for each in parts), sum(each.deleted for each in parts))


def _restored_part(
    client: "DynamoDBClient", affected: Users, pair: Pair, segment: int, *, dry_run: bool
) -> Changes:
    written = deleted = 0
    for page in _differing(client, affected, pair, segment):
        written += len(page)
        if not dry_run:
            _write(client, pair.present, page)
    for page in _superfluous(client, affected, pair, segment):
        deleted += len(page)
        if not dry_run:
            _delete(client, pair.present, page)
    return Changes(written, deleted)


def _differing(
    client: "DynamoDBClient", affected: Users, pair: Pair, segment: int
) -> Iterator[list[Item]]:
    """Return what the copy has and the table has not, or has otherwise."""
    if pair.restored is None:
        return
    for page in pages(client, pair.restored, segment, SEGMENTS):
        wanted = {
            key_of(item): affected.as_restored(item) for item in page if affected.covers(item)
        }
        present = found(client, pair.present, wanted)
        yield [item for key, item in wanted.items() if present.get(key) != item]


def _superfluous(
    client: "DynamoDBClient", affected: Users, pair: Pair, segment: int
) -> Iterator[list[Item]]:
    """Return what the table has and the copy has not."""
    for page in pages(client, pair.present, segment, SEGMENTS):
        mine = {key_of(item): item for item in page if affected.covers(item)}
        kept = {} if pair.restored is None else found(client, pair.restored, mine)
        yield [item for key, item in mine.items() if key not in kept]


def _write(client: "DynamoDBClient", name: str, page: list[Item]) -> None:
    with BatchWriter(name, client) as batch:
        for item in page:
            batch.put_item(Item=item)


def _delete(client: "DynamoDBClient", name: str, page: list[Item]) -> None:
    with BatchWriter(name, client) as batch:
        for item in page:
            batch.delete_item(Key={"owner": item["owner"], "item": item["item"]})


def _show_users(affected: Users) -> None:
    tell(f"{len(affected.restored)} users as they were; {affected.newcomers} newer ones stay.")
    for name, reason in sorted(affected.left_out.values()):
        remark(f"Not restored: {printable(name)} ({reason})")
    if absent := affected.reasons()[ABSENT]:
        remark(f"If these {absent} were lost, not deleted: --bring-back-absent")


def _show_changes(changes: dict[Pair, Changes], *, dry_run: bool) -> None:
    verb = "to be " if dry_run else ""
    columns = Columns("table", f"{verb}written", f"{verb}deleted", box=None, pad_edge=False)
    for pair, each in changes.items():
        columns.add_row(pair.kind, str(each.written), str(each.deleted))
    Console().print(columns)
