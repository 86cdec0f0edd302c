"""The demo user, made up once and kept."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self


@dataclass
class Account:
    """Who the demo signs in as, and which thread it goes on with at which upstream."""

    username: str
    password: str
    threads: dict[str, int] = field(default_factory=dict)

    @classmethod
    def kept_in(cls, path: Path) -> Self:
        """The account of an earlier run, else a new one."""
        if path.exists():
            return cls(**json.loads(path.read_text()))
        return cls(f"demo-{secrets.token_hex(3)}", secrets.token_urlsafe(18))

    def keep(self, path: Path) -> None:
        """Write it where only this user can read it."""
        draft = path.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(self), indent=2) + "\n")
        os.replace(draft, path)  # noqa: PTH105
