"""Where ports meet adapters. Imports are inside, so that a function loads only what it uses."""

import time
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from afterglow.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterglow.ports.accounts import AccountRepository, KeyVault
    from afterglow.ports.assistants import AssistantRepository
    from afterglow.ports.conversations import ThreadDirectory, ThreadRepository
    from afterglow.ports.engine import Engine
    from afterglow.ports.limits import RateLimiter
    from afterglow.services.accounts import AccountService
    from afterglow.services.administration import AdministrationService
    from afterglow.services.assistant_limit import AssistantLimit
    from afterglow.services.assistants import AssistantService
    from afterglow.services.credentials import CredentialService
    from afterglow.services.limiting import Limits
    from afterglow.services.login_throttle import LoginThrottle
    from afterglow.services.preferences import PreferenceService
    from afterglow.services.reaping import Reaper
    from afterglow.services.sessions import SessionService
    from afterglow.services.subjects import Subjects
    from afterglow.services.threads import ThreadService
    from afterglow.services.turns import TurnService


def now() -> datetime:
    """Return the time, aware and UTC."""
    return datetime.now(UTC)


@cache
def session_service() -> "SessionService":
    """Return the service of sessions."""
    from afterglow.adapters.dynamodb.sessions import DynamoSessionRepository
    from afterglow.services.sessions import SessionService

    return SessionService(accounts=_accounts(), sessions=DynamoSessionRepository(), now=now)


@cache
def account_service() -> "AccountService":
    """Return the service of accounts."""
    from afterglow.adapters.argon2 import Argon2Hasher
    from afterglow.adapters.common_passwords import is_common_password
    from afterglow.services.accounts import AccountPolicy, AccountService
    from afterglow.services.verification import PasswordVerifier

    hasher = Argon2Hasher()
    return AccountService(
        accounts=_accounts(),
        sessions=session_service(),
        hasher=hasher,
        verifier=PasswordVerifier(_accounts(), hasher, _login_throttle()),
        is_common_password=is_common_password,
        policy=AccountPolicy(
            registration_open=settings().registration_open,
            password_min_length=settings().password_min_length,
        ),
        charge_registration=limits().registration,
        now=now,
    )


def _login_throttle() -> "LoginThrottle":
    from afterglow.adapters.dynamodb.login_failures import DynamoLoginFailureRepository
    from afterglow.services.login_throttle import LoginThrottle

    return LoginThrottle(
        limiter=_rate_limiter(),
        failures=DynamoLoginFailureRepository(),
        subjects=_subjects(),
        per_account=settings().login_failures_per_account,
        per_address=settings().login_failures_per_address,
        now=now,
    )


@cache
def limits() -> "Limits":
    """Return what users and addresses may do, and how often."""
    from afterglow.services.limiting import Allowances, Limits

    names = [field.name for field in fields(Allowances)]
    allowances = Allowances(**{name: getattr(settings(), name) for name in names})
    return Limits(_rate_limiter(), _subjects(), allowances)


def anonymous_limit() -> "Callable[[str], None]":
    """Return what counts a request of nobody known, by its address."""
    return limits().anonymous


def pepper() -> bytes:
    """Return the secret of this deployment that keys its hashes, read once and only if needed."""
    from afterglow.adapters import secrets_manager

    return secrets_manager.pepper()


def _rate_limiter() -> "RateLimiter":
    from afterglow.adapters.dynamodb.limits import DynamoRateLimiter

    return DynamoRateLimiter(now)


def _subjects() -> "Subjects":
    from afterglow.services.subjects import Subjects

    return Subjects(pepper)


@cache
def administration_service() -> "AdministrationService":
    """Return the service of the operator's decisions."""
    from afterglow.adapters.dynamodb.directory import DynamoAccountDirectory
    from afterglow.services.administration import AdministrationService

    return AdministrationService(accounts=_accounts(), directory=DynamoAccountDirectory())


@cache
def preference_service() -> "PreferenceService":
    """Return the service of what a user prefers."""
    from afterglow.services.preferences import PreferenceService

    return PreferenceService(accounts=_accounts())


@cache
def credential_service() -> "CredentialService":
    """Return the service of OpenAI keys."""
    from afterglow.services.credentials import CredentialService

    return CredentialService(
        accounts=_accounts(),
        vault=_vault(),
        engines=_engine,
        charge_key_change=limits().key_change,
        now=now,
    )


@cache
def assistant_service() -> "AssistantService":
    """Return the service of assistants."""
    from afterglow.domain.models import Tool
    from afterglow.services.assistants import AssistantDefaults, AssistantService

    return AssistantService(
        assistants=_assistants(),
        defaults=AssistantDefaults(
            model=settings().default_model,
            instructions=settings().default_instructions,
            tools=tuple(Tool(name) for name in settings().default_tools.split(",") if name),
        ),
        limit=assistant_limit(),
        charge_bulk_delete=limits().bulk_delete,
        now=now,
    )


@cache
def assistant_limit() -> "AssistantLimit":
    """Return how many assistants a user may have."""
    from afterglow.adapters.dynamodb.configuration import DynamoConfigurationRepository
    from afterglow.services.assistant_limit import AssistantLimit

    return AssistantLimit(DynamoConfigurationRepository(), settings().assistant_limit)


@cache
def thread_service() -> "ThreadService":
    """Return the service of threads."""
    from afterglow.services.threads import ThreadService

    return ThreadService(
        threads=_threads(),
        assistants=_assistants(),
        charge_thread=limits().thread,
        charge_bulk_delete=limits().bulk_delete,
        now=now,
    )


@cache
def thread_directory() -> "ThreadDirectory":
    """Return the threads of all users."""
    from afterglow.adapters.dynamodb.thread_directory import DynamoThreadDirectory

    return DynamoThreadDirectory()


@cache
def turn_service() -> "TurnService":
    """Return the service of turns."""
    from afterglow.adapters.dynamodb.ledger import DynamoTurnLedger
    from afterglow.services.acceptance import Acceptance
    from afterglow.services.turns import TurnService
    from afterglow.services.watching import Watcher

    threads, ledger = _threads(), DynamoTurnLedger()
    return TurnService(
        acceptance=Acceptance(
            threads=threads,
            assistants=_assistants(),
            ledger=ledger,
            now=now,
            most_open=settings().running_turns,
        ),
        threads=threads,
        ledger=ledger,
        vault=_vault(),
        engines=_engine,
        watcher=Watcher(now=now, sleep=time.sleep),
        charge_chat=limits().chat,
        charge_thread=limits().thread,
        now=now,
    )


@cache
def reaper() -> "Reaper":
    """Return what clears away the deleted."""
    from afterglow.adapters.dynamodb.deletions import DynamoDeletionRepository
    from afterglow.adapters.dynamodb.remains import DynamoRemains
    from afterglow.services.clearing import Clearing
    from afterglow.services.reaping import Reaper

    clearing = Clearing(remains=DynamoRemains(), vault=_vault(), engines=_engine, now=now)
    return Reaper(deletions=DynamoDeletionRepository(), clearing=clearing, now=now)


def _engine(api_key: str) -> "Engine":
    from afterglow.adapters.openai.engine import OpenAIEngine

    return OpenAIEngine(api_key, settings().openai_base_url)


def _vault() -> "KeyVault":
    from afterglow.adapters.secrets_manager import SecretsManagerVault

    return SecretsManagerVault(settings().openai_keys_prefix)


def _accounts() -> "AccountRepository":
    from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository

    return DynamoAccountRepository()


def _assistants() -> "AssistantRepository":
    from afterglow.adapters.dynamodb.assistants import DynamoAssistantRepository

    return DynamoAssistantRepository()


def _threads() -> "ThreadRepository":
    from afterglow.adapters.dynamodb.threads import DynamoThreadRepository

    return DynamoThreadRepository()
