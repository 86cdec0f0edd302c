"""Accounts of users, and their sessions."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends

from afterglow import bootstrap
from afterglow.services.accounts import AccountService
from afterglow.services.sessions import SessionService

Accounts = Annotated[AccountService, Depends(bootstrap.account_service)]
Sessions = Annotated[SessionService, Depends(bootstrap.session_service)]
