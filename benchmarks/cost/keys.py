"""What keeping users' OpenAI keys costs a month, in either vault."""


def by_secrets_manager(users: int, turns: int) -> dict[str, float]:
    """Return the usage of a secret for each user, read once a turn."""
    return {"secrets_manager_secret_month": users, "secrets_manager_call": users * turns}


def by_kms(users: int, turns: int) -> dict[str, float]:
    """Return the usage of one key of KMS, and of keys encrypted in a table.

    Each turn reads an item (a consistent read of less than 4 KB) and has it decrypted.
    """
    return {"kms_key_month": 1, "kms_call": users * turns, "dynamodb_read": users * turns}
