"""`python -m openapi`: write the document that the function `docs` serves."""

from openapi.document import describe, to_text
from openapi.functions import DOCUMENT

if __name__ == "__main__":
    DOCUMENT.write_text(to_text(describe()))
