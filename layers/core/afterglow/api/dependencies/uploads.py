"""Files on their way."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends

from afterglow import bootstrap
from afterglow.services.directories import DirectoryService
from afterglow.services.forms import FormService
from afterglow.services.uploads import UploadService

Directories = Annotated[DirectoryService, Depends(bootstrap.directory_service)]
Forms = Annotated[FormService, Depends(bootstrap.form_service)]
Uploads = Annotated[UploadService, Depends(bootstrap.upload_service)]
