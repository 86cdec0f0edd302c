"""Ports made real, for every service that needs them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from afterglow.settings import settings

if TYPE_CHECKING:
    from afterglow.ports.accounts import AccountRepository, KeyVault
    from afterglow.ports.assistants import AssistantRepository
    from afterglow.ports.conversations import RunRepository, ThreadRepository, TurnLedger
    from afterglow.ports.dispatching import UploadLauncher, UploadQueue
    from afterglow.ports.engine import Engine
    from afterglow.ports.files import FileRepository
    from afterglow.ports.idempotency import IdempotencyRepository
    from afterglow.ports.launching import RunLauncher
    from afterglow.ports.limits import RateLimiter
    from afterglow.ports.seats import SeatRepository
    from afterglow.ports.staging import CopyRepository, Staging
    from afterglow.ports.uploads import UploadRepository
    from afterglow.ports.upstream_files import UpstreamFiles


def now() -> datetime:
    """Return the time, aware and UTC."""
    return datetime.now(UTC)


def pepper() -> bytes:
    """Return the secret of this deployment that keys its hashes, read once and only if needed."""
    from afterglow.adapters import secrets_manager

    return secrets_manager.pepper()


def engine(api_key: str) -> "Engine":
    from afterglow.adapters.openai.engine import OpenAIEngine

    return OpenAIEngine(api_key, settings().openai_base_url)


def upstream_files(api_key: str) -> "UpstreamFiles":
    from afterglow.adapters.openai.files import OpenAIFiles

    return OpenAIFiles(api_key, settings().openai_base_url)


def vault() -> "KeyVault":
    if settings().keys_in_kms:
        return _vault_in_kms()
    from afterglow.adapters.secrets_manager import SecretsManagerVault

    return SecretsManagerVault(settings().openai_keys_prefix, settings().secrets_key)


def _vault_in_kms() -> "KeyVault":
    from afterglow.adapters.dynamodb.sealed_keys import DynamoSealedKeyRepository
    from afterglow.adapters.kms import KmsVault

    return KmsVault(
        key_arn=settings().openai_keys_key,
        stage=settings().stage,
        sealed=DynamoSealedKeyRepository(),
        pepper=pepper,
    )


def accounts() -> "AccountRepository":
    from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository

    return DynamoAccountRepository()


def assistants() -> "AssistantRepository":
    from afterglow.adapters.dynamodb.assistants import DynamoAssistantRepository

    return DynamoAssistantRepository()


def threads() -> "ThreadRepository":
    from afterglow.adapters.dynamodb.threads import DynamoThreadRepository

    return DynamoThreadRepository()


def ledger() -> "TurnLedger":
    from afterglow.adapters.dynamodb.ledger import DynamoTurnLedger
    from afterglow.adapters.metered_ledger import MeteredLedger

    return MeteredLedger(DynamoTurnLedger())


def runs() -> "RunRepository":
    from afterglow.adapters.dynamodb.runs import DynamoRunRepository

    return DynamoRunRepository()


def idempotency_records() -> "IdempotencyRepository":
    from afterglow.adapters.dynamodb.idempotency import DynamoIdempotencyRepository

    return DynamoIdempotencyRepository(now)


def launcher() -> "RunLauncher":
    from afterglow.adapters.stepfunctions import StepFunctionsLauncher

    return StepFunctionsLauncher(settings().run_poller_arn)


def rate_limiter() -> "RateLimiter":
    from afterglow.adapters.dynamodb.limits import DynamoRateLimiter

    return DynamoRateLimiter(now)


def files() -> "FileRepository":
    from afterglow.adapters.dynamodb.files import DynamoFileRepository

    return DynamoFileRepository(now)


def uploads() -> "UploadRepository":
    from afterglow.adapters.dynamodb.uploads import DynamoUploadRepository

    return DynamoUploadRepository(now)


def seats() -> "SeatRepository":
    from afterglow.adapters.dynamodb.seats import DynamoSeatRepository

    return DynamoSeatRepository(now)


def staging() -> "Staging":
    from afterglow.adapters.s3.staging import S3Staging

    return S3Staging(settings().staging_bucket, now)


def copies() -> "CopyRepository":
    from afterglow.adapters.s3.copies import S3Copies

    return S3Copies(settings().content_bucket, settings().staging_bucket)


def upload_queue() -> "UploadQueue":
    from afterglow.adapters.sqs import SqsUploadQueue

    return SqsUploadQueue(settings().ingest_queue_url)


def upload_launcher() -> "UploadLauncher":
    from afterglow.adapters.stepfunctions import StepFunctionsUploadLauncher

    return StepFunctionsUploadLauncher(settings().directory_ingest_arn)
