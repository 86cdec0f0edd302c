"""Why a file cannot be indexed."""


class UnreadableFileError(Exception):
    """With the code OpenAI gives such a file."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
