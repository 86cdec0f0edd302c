"""Items of users' OpenAI keys, where KMS has encrypted them."""

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute

from afterglow.adapters.dynamodb.connection import TableMeta
from afterglow.adapters.dynamodb.tables.base import Item
from afterglow.settings import settings


class SealedKeyItem(Item):
    """A user's key, and the one before."""

    class Meta(TableMeta):
        table_name = settings().users_table

    version = UnicodeAttribute()
    ciphertext = BinaryAttribute(legacy_encoding=False)
    former_version = UnicodeAttribute(null=True)
    former_ciphertext = BinaryAttribute(legacy_encoding=False, null=True)
