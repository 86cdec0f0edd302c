"""`SealedKeyRepository` on DynamoDB: one item for each user, in the user's own partition."""

from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.keys import SealedKeyItem


class DynamoSealedKeyRepository:
    """Keys as KMS has encrypted them."""

    def store(self, user_id: int, version: str, ciphertext: bytes) -> None:
        """Keep a version as the newest; the newest so far becomes the former, that one goes."""
        newest, sealed = SealedKeyItem.version, SealedKeyItem.ciphertext
        sealed_key(user_id).update(
            actions=[
                # One write, of what was there before it: whoever stores at the same time comes
                # before or after. A first key is its own former one.
                SealedKeyItem.former_version.set(newest | version),
                SealedKeyItem.former_ciphertext.set(sealed | ciphertext),
                newest.set(version),
                sealed.set(ciphertext),
                SealedKeyItem.begun(),
            ]
        )

    def find(self, user_id: int, version: str) -> bytes | None:
        """Return a version as it is now, or None."""
        key = sealed_key(user_id)
        try:
            item = SealedKeyItem.get(key.owner, key.item, consistent_read=True)
        except SealedKeyItem.DoesNotExist:
            return None
        kept = {item.former_version: item.former_ciphertext, item.version: item.ciphertext}
        return kept.get(version)

    def delete(self, user_id: int) -> None:
        """Have both versions gone; that there is none is no error."""
        sealed_key(user_id).delete()


def sealed_key(user_id: int) -> SealedKeyItem:
    """Return where a user's key is."""
    return SealedKeyItem(user_key(user_id), "OPENAI_KEY")
