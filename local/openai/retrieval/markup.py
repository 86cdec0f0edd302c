"""The text of a web page without its markup."""

from html.parser import HTMLParser
from typing import Final

SILENT: Final = frozenset({"script", "style", "template"})
BLOCKS: Final = """
    address article aside blockquote br dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header
    hr li main nav ol p pre section table td th title tr ul
"""
LINES: Final = frozenset(BLOCKS.split())


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.silent: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in SILENT and self.silent is None:
            self.silent = tag
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == self.silent:
            self.silent = None
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if self.silent is None:
            self.pieces.append(data)

    def _break(self, tag: str) -> None:
        if tag in LINES:
            self.pieces.append("\n")


def html_text(source: str) -> str:
    page = Page()
    page.feed(source)
    page.close()
    return "".join(page.pieces)
