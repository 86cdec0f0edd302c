"""Media types of files by their extension: the Uploads API wants one that fits."""

from types import MappingProxyType

_OFFICE = "application/vnd.openxmlformats-officedocument"
_UNKNOWN = "application/octet-stream"
# As OpenAI lists them for `file_search` and `code_interpreter`; the system's own tables differ.
_BY_EXTENSION = MappingProxyType(
    {
        "c": "text/x-c",
        "cpp": "text/x-c++",
        "cs": "text/x-csharp",
        "css": "text/css",
        "csv": "text/csv",
        "doc": "application/msword",
        "docx": f"{_OFFICE}.wordprocessingml.document",
        "gif": "image/gif",
        "go": "text/x-golang",
        "html": "text/html",
        "java": "text/x-java",
        "jpeg": "image/jpeg",
        "jpg": "image/jpeg",
        "js": "text/javascript",
        "json": "application/json",
        "md": "text/markdown",
        "pdf": "application/pdf",
        "php": "text/x-php",
        "png": "image/png",
        "pptx": f"{_OFFICE}.presentationml.presentation",
        "py": "text/x-python",
        "rb": "text/x-ruby",
        "sh": "application/x-sh",
        "tex": "text/x-tex",
        "ts": "application/typescript",
        "txt": "text/plain",
        "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
        "xml": "text/xml",
    }
)


def media_type_of(name: str) -> str:
    """Return the media type of a file of this name."""
    _, _, extension = name.rpartition(".")
    return _BY_EXTENSION.get(extension.lower(), _UNKNOWN)
