"""Runs from items and back."""

from zlib import crc32

from afterglow.adapters.dynamodb.records.conversations import spec_from_json, spec_to_json
from afterglow.adapters.dynamodb.records.nested import known_fields
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.conversations import RunItem
from afterglow.domain.models import FailureKind, Run, RunError, RunState, Usage, WaitReason

# One partition of an index takes a thousand writes a second; of all open runs it would be one.
DUE_SHARDS = ("0", "1", "2", "3")


def run_key(user_id: int, run_id: str) -> RunItem:
    """Return the item of a run, without what is in it."""
    return RunItem(user_key(user_id), f"R#{run_id}")


def run_item(run: Run) -> RunItem:
    """Return the item of a run that is yet to begin."""
    return RunItem(
        user_key(run.user_id),
        f"R#{run.id}",
        id=run.id,
        user_id=run.user_id,
        thread_id=run.thread_id,
        assistant_id=run.assistant_id,
        openai_assistant_id=run.openai_assistant_id,
        message_id=run.message_id,
        spec=spec_to_json(run.spec),
        state=run.state.value,
        attempt=run.attempt,
        due_shard=DUE_SHARDS[crc32(run.id.encode()) % len(DUE_SHARDS)],
        lease_until=run.lease_until,
        deadline=run.deadline,
        created_at=run.created_at,
    )


def run_from(item: RunItem) -> Run:
    """Return the run. The lease of one that is over is over, too."""
    return Run(
        id=item.id,
        user_id=int(item.user_id),
        thread_id=int(item.thread_id),
        assistant_id=int(item.assistant_id),
        openai_assistant_id=item.openai_assistant_id,
        message_id=int(item.message_id),
        spec=spec_from_json(item.spec),
        created_at=item.created_at,
        lease_until=item.lease_until or item.ended_at or item.created_at,
        deadline=item.deadline,
        state=RunState(item.state),
        attempt=int(item.attempt),
        failures=int(item.failures),
        waits=int(item.waits),
        waits_for=WaitReason(item.waits_for) if item.waits_for else None,
        response_id=item.response_id,
        is_restarted=item.is_restarted,
        error=_error_from(item),
        usage=_usage_from(item),
        ended_at=item.ended_at,
    )


def _error_from(item: RunItem) -> RunError | None:
    if item.error is None:
        return None
    known = known_fields(RunError, item.error)
    return RunError(**known | {"kind": FailureKind(known["kind"])})


def _usage_from(item: RunItem) -> Usage | None:
    if item.input_tokens is None or item.output_tokens is None:
        return None
    return Usage(int(item.input_tokens), int(item.output_tokens))
