"""Values of which only the shape is known beforehand."""

import re


class Matching:
    """Equal to every text of a pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and re.fullmatch(self.pattern, other) is not None

    def __hash__(self) -> int:
        return hash(self.pattern)

    def __repr__(self) -> str:
        return f"/{self.pattern}/"


A_TIME = Matching(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
A_THREAD_ID = Matching("thread_[A-Za-z0-9]{24}")
A_MESSAGE_ID = Matching("msg_[A-Za-z0-9]{24}")
A_FILE_ID = Matching("file-[0-9a-v]{36}")
AN_UPLOAD_ID = Matching("upload_[0-9a-v]{36}")
