"""Services of accounts."""

from functools import cache
from typing import TYPE_CHECKING

from afterglow.bootstrap.limiting import limits, login_throttle
from afterglow.bootstrap.ports import accounts, engine, now, vault
from afterglow.bootstrap.uploads import mover
from afterglow.settings import settings

if TYPE_CHECKING:
    from afterglow.services.accounts import AccountService
    from afterglow.services.administration import AdministrationService
    from afterglow.services.credentials import CredentialService
    from afterglow.services.preferences import PreferenceService
    from afterglow.services.sessions import SessionService


@cache
def session_service() -> "SessionService":
    """Return the service of sessions."""
    from afterglow.adapters.dynamodb.sessions import DynamoSessionRepository
    from afterglow.services.sessions import SessionService

    return SessionService(accounts=accounts(), sessions=DynamoSessionRepository(), now=now)


@cache
def account_service() -> "AccountService":
    """Return the service of accounts."""
    from afterglow.adapters.argon2 import Argon2Hasher
    from afterglow.adapters.common_passwords import is_common_password
    from afterglow.services.accounts import AccountPolicy, AccountService
    from afterglow.services.verification import PasswordVerifier

    hasher = Argon2Hasher()
    return AccountService(
        accounts=accounts(),
        sessions=session_service(),
        hasher=hasher,
        verifier=PasswordVerifier(accounts(), hasher, login_throttle()),
        is_common_password=is_common_password,
        policy=AccountPolicy(
            registration_open=settings().registration_open,
            password_min_length=settings().password_min_length,
        ),
        charge_registration=limits().registration,
        now=now,
    )


@cache
def administration_service() -> "AdministrationService":
    """Return the service of the operator's decisions."""
    from afterglow.adapters.dynamodb.directory import DynamoAccountDirectory
    from afterglow.services.administration import AdministrationService

    return AdministrationService(accounts=accounts(), directory=DynamoAccountDirectory(), now=now)


@cache
def preference_service() -> "PreferenceService":
    """Return the service of what a user prefers."""
    from afterglow.services.preferences import PreferenceService

    return PreferenceService(accounts=accounts())


@cache
def credential_service() -> "CredentialService":
    """Return the service of OpenAI keys."""
    from afterglow.services.credentials import CredentialService

    return CredentialService(
        accounts=accounts(),
        vault=vault(),
        engines=engine,
        mover=mover(),
        charge_key_change=limits().key_change,
        now=now,
    )
