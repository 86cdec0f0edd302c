"""What only some may do."""

from afterglow.domain.errors import PermissionDeniedError
from afterglow.domain.models import Role, User


def check_admin(user: User) -> None:
    """Check that a user is an admin at this moment. Raises PermissionDeniedError."""
    if user.role is not Role.ADMIN:
        raise PermissionDeniedError("Admin privileges required")
