"""`ConfigurationRepository` on DynamoDB."""

from pynamodb.exceptions import AttributeDeserializationError

from afterglow.adapters.dynamodb.tables.configuration import AssistantLimitItem
from afterglow.observability import logger

_KEY = ("CONFIGURATION", "ASSISTANT_LIMIT")


class DynamoConfigurationRepository:
    """What admins set for everyone."""

    def assistant_limit(self) -> int | None:
        """Return how many assistants a user may have, None if nobody has said or it is unusable."""
        try:
            return int(AssistantLimitItem.get(*_KEY, consistent_read=True).limit)
        except AssistantLimitItem.DoesNotExist:
            return None
        except (AttributeDeserializationError, TypeError):
            logger.warning("unusable configuration", configuration="ASSISTANT_LIMIT")
            return None

    def set_assistant_limit(self, limit: int) -> None:
        """Change how many assistants a user may have."""
        AssistantLimitItem(*_KEY).update(
            actions=[AssistantLimitItem.limit.set(limit), AssistantLimitItem.begun()]
        )
