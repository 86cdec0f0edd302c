"""Whose data is restored, and what of a user is left as it is now."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from afterglow_cli.restored_tables import Item

PROFILE, NAME, SEALED_KEY = "PROFILE", "NAME", "OPENAI_KEY"
# Which key the vault holds is not in the tables, and is not taken back.
_OF_KEY = ("key_last4", "key_fingerprint", "key_version", "key_stored_at", "key_model_shutdowns")
_OWNER = len("U#") + 16

DELETED, ABSENT, REPLACED = "deleted since", "no profile now", "the name is somebody else's now"


def user_of(item: Item) -> str:
    """Return the key part of the user whose item this is. A taken name says whose it is."""
    if item["item"] == NAME:
        return f"U#{int(item['user_id']):016d}"
    return str(item["owner"])[:_OWNER]


@dataclass(frozen=True, slots=True)
class Users:
    """Everybody in the restored tables: who is restored, and who is left out and why.

    `present` are the profiles, by user, of those who are restored and have one now. A `newcomer`
    has registered since; nothing of theirs is touched.
    """

    restored: frozenset[str]
    present: Mapping[str, Item]
    left_out: Mapping[str, tuple[str, str]]
    newcomers: int

    def reasons(self) -> Counter[str]:
        """Return how many are left out, by reason."""
        return Counter(reason for _, reason in self.left_out.values())

    def covers(self, item: Item) -> bool:
        """Return whether an item, in either table, is made what it was, gone if it was not."""
        user = user_of(item)
        if item["item"] == SEALED_KEY and user in self.present:
            return False
        return user in self.restored

    def as_restored(self, item: Item) -> Item:
        """Return what is stored of an item of the restored tables."""
        if item["item"] != PROFILE or (now := self.present.get(user_of(item))) is None:
            return item
        return profile_between(item, now)


def users(then: Iterable[Item], now: Iterable[Item], *, bring_back: bool) -> Users:
    """Compare the profiles and names of both tables of users."""
    former = {user_of(item): item for item in then if item["item"] == PROFILE}
    present, names = {}, {}
    for item in now:
        if item["item"] == PROFILE:
            present[user_of(item)] = item
        elif item["item"] == NAME:
            names[item["owner"]] = user_of(item)
    left_out = {}
    for user, profile in former.items():
        holder = names.get(f"N#{profile['username']}", user)
        reason = _reason(profile, present.get(user), is_holder=holder == user)
        if reason is not None and not (reason == ABSENT and bring_back):
            left_out[user] = profile["username"], reason
    restored = frozenset(former) - frozenset(left_out)
    kept = {user: item for user, item in present.items() if user in restored}
    return Users(restored, kept, left_out, len(present.keys() - former.keys()))


def _reason(then: Item, now: Item | None, *, is_holder: bool) -> str | None:
    """Return why a user is not restored, None if they are."""
    if "deleted_at" in then or (now is not None and "deleted_at" in now):
        return DELETED
    if not is_holder:
        return REPLACED
    return ABSENT if now is None else None


def profile_between(then: Item, now: Item) -> Item:
    """Return the profile as it was, without giving anybody more than they have now."""
    merged = {name: value for name, value in then.items() if name not in _OF_KEY}
    merged |= {name: now[name] for name in _OF_KEY if name in now}
    merged["is_disabled"] = then["is_disabled"] or now["is_disabled"]
    merged["role"] = then["role"] if then["role"] == now["role"] else "user"
    # Never lower: what had ended stays over. Higher once, however often this is repeated.
    merged["session_epoch"] = max(then["session_epoch"] + 1, now["session_epoch"])
    return merged
