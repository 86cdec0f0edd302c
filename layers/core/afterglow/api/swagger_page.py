"""Swagger UI as one page: it loads nothing but the document beside it."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

_ASSETS = files("aws_lambda_powertools.event_handler.openapi.swagger_ui")
# Relative to the page, so that both may stand behind a stage or a path of a domain.
_START = """
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  filter: true,
  validatorUrl: null,
});
"""
# Swagger UI pales and strikes through what is deprecated: here, a whole dialect.
_LEGIBLE = """
.swagger-ui .opblock.opblock-deprecated { opacity: 1; }
.swagger-ui .opblock.opblock-deprecated .opblock-summary-method { background: #59636e; }
.swagger-ui .opblock .opblock-summary-path__deprecated { text-decoration: none; }
"""
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Afterglow API</title>
<style>{style}</style>
</head>
<body>
<div id="swagger-ui"></div>
<script>{bundle}</script>
<script>{start}</script>
</body>
</html>
"""


@cache
def swagger_page() -> tuple[str, str]:
    """Return the page and the Content-Security-Policy that lets it, and nothing else, run."""
    style = _ASSETS.joinpath("swagger-ui.min.css").read_text(encoding="utf-8") + _LEGIBLE
    bundle = _ASSETS.joinpath("swagger-ui-bundle.min.js").read_text(encoding="utf-8")
    policy = (
        "default-src 'none'; "
        f"script-src {_source(bundle)} {_source(_START)}; "
        f"style-src {_source(style)}; "
        "img-src data:; connect-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    return _PAGE.format(style=style, bundle=bundle, start=_START), policy


def _source(text: str) -> str:
    """Return an inline element's text as a policy names it."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
