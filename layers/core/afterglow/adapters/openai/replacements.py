"""Which model OpenAI names instead of another, in an error's text.

The text is prose of theirs and changes: what is not plainly an advice is left alone, and no more
than the id of a model of a known family is taken from it.
"""

import re

from afterglow.domain.model_lifecycle import MODEL_ID

_READ = 1000

# Ends with a letter or digit: the full stop belongs to the sentence.
_ID = r"(?:ft:)?(?:(?:chat)?gpt-[0-9]|o[0-9])(?:[A-Za-z0-9._:-]*[A-Za-z0-9])?"
_OPEN, _CLOSE = r"[`'\"(\[]?", r"[`'\")\]]?"
# "Must be verified to use X" and "you cannot use X" are no advice.
_NOT_ADVICE = "".join(rf"(?<!{word}\s)" for word in ("to", "not", "n't", "longer", "cannot"))
_NAMED = re.compile(
    rf"""
    (?: {_NOT_ADVICE} \b (?: use | try | recommend (?:s|ed)? (?:\s using)? )
      | \b (?: switch | migrate | move | upgrade ) \s to
      | \b (?: replaced | superseded ) \s (?: by | with )
      | \b (?: replacement | recommended ) (?:\s model)? (?:\s is | :)?
    )
    \s+ (?:the\s+)? (?:model\s+)? {_OPEN} (?P<after>{_ID}) (?= [`'")\],.;:!?]* (?:\s|$) )
    |
    (?<! [^\s`'"(\[] ) (?P<before>{_ID}) {_CLOSE} \s+
    (?: instead (?!\s of) | is \s (?:the|its) \s (?:recommended \s)? replacement ) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SNAPSHOT = re.compile(r"-[0-9]{4}-[0-9]{2}-[0-9]{2}$")


def replacement_named(text: object, model: str) -> str | None:
    """Return the id of the model that a text of OpenAI's names instead of `model`, or None."""
    if not isinstance(text, str):
        return None
    for found in _NAMED.finditer(_without(model, text[:_READ])):
        named = found["after"] or found["before"]
        if MODEL_ID.fullmatch(named) and _undated(named) != _undated(model):
            return str(named)
    return None


def _without(model: str, text: str) -> str:
    """Return the text without the asked model, which a user may have named like an advice."""
    asked = rf"(?<![A-Za-z0-9._:-]){re.escape(model)}(?![A-Za-z0-9_:-]|\.[A-Za-z0-9])"
    return re.sub(asked, " ", text) if model else text


def _undated(model: str) -> str:
    return _SNAPSHOT.sub("", model)
