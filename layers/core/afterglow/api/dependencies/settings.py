"""What users set for themselves."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends

from afterglow import bootstrap
from afterglow.services.credentials import CredentialService
from afterglow.services.preferences import PreferenceService

Credentials = Annotated[CredentialService, Depends(bootstrap.credential_service)]
Preferences = Annotated[PreferenceService, Depends(bootstrap.preference_service)]
