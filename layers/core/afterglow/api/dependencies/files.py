"""Files that are there."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends

from afterglow import bootstrap
from afterglow.services.files import FileService
from afterglow.services.removing import FileRemoval

FileRemovals = Annotated[FileRemoval, Depends(bootstrap.file_removal)]
Files = Annotated[FileService, Depends(bootstrap.file_service)]
