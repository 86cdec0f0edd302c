"""Which model OpenAI's prose names instead of another."""

import time

import pytest

from afterglow.adapters.openai.replacements import replacement_named

DEPRECATED = (
    "The model `gpt-4-turbo` has been deprecated, learn more here: "
    "https://platform.openai.com/docs/deprecations"
)


@pytest.mark.parametrize(
    "text",
    [
        f"{DEPRECATED}. Please use `gpt-6-luna` instead.",
        f"{DEPRECATED} Use gpt-6-luna.",
        "gpt-4-turbo was shut down on 2026-10-23; use 'gpt-6-luna', please.",
        "The model gpt-4-turbo is gone. We recommend gpt-6-luna.",
        "The model gpt-4-turbo is gone. We recommend using gpt-6-luna.",
        "Recommended replacement: gpt-6-luna",
        "The recommended model is gpt-6-luna",
        "This model has no access. The replacement is the model `gpt-6-luna`.",
        "gpt-4-turbo was replaced by gpt-6-luna on 2026-10-23.",
        "Please migrate to gpt-6-luna (see the guide).",
        "gpt-6-luna is the recommended replacement.",
        "Please call `gpt-6-luna` instead!",
        "USE gpt-6-luna INSTEAD",
    ],
)
def test_what_is_plainly_an_advice_is_taken(text: str) -> None:
    assert replacement_named(text, "gpt-4-turbo") == "gpt-6-luna"


@pytest.mark.parametrize(
    "text",
    [
        "",
        DEPRECATED,
        "The requested model 'gpt-4-turbo' does not exist.",
        "The model `gpt-4-turbo` does not exist or you do not have access to it.",
        "Your organization must be verified to use the model `gpt-6-astra`. Please go to: ...",
        "You cannot use gpt-6-luna with this key.",
        "This key may not use gpt-6-luna. It can no longer use gpt-4o either.",
        "Project `proj_1` does not have access to model `gpt-4o`",
        "You asked for gpt-6-luna instead of a model you may use.",
        "Please use the Responses API instead.",
        "Please use gpt-models of another project instead.",
        "Use v1/chat/completions instead.",
        "Please use gpt-6-luna/latest instead.",
        "Please use gpt-6-luna@evil.example instead.",
        "Please use sk-proj-4bCdEf instead.",
        "Please use org-123 instead, or claude-9.",
        "Please use gpt-4-turbo instead.",
        "Please use gpt-4-turbo-2024-04-09 instead.",
        "Please use gpt-" + "9" * 120 + " instead.",
        "Please use gpt-\u0666 instead.",
    ],
)
def test_what_is_no_advice_is_left_alone(text: str) -> None:
    assert replacement_named(text, "gpt-4-turbo") is None


def test_a_snapshot_is_not_replaced_by_itself() -> None:
    assert replacement_named("Use gpt-4o instead.", "gpt-4o-2024-08-06") is None
    assert replacement_named("Use gpt-4o-mini instead.", "gpt-4o-2024-08-06") == "gpt-4o-mini"


@pytest.mark.parametrize("model", ["use gpt-9-evil instead", "gpt-9-evil", "use gpt-9-evil"])
def test_a_users_own_words_are_no_advice(model: str) -> None:
    assert replacement_named(f"The requested model '{model}' does not exist.", model) is None
    assert replacement_named(f"No '{model}'. Use gpt-6-luna.", model) == "gpt-6-luna"


def test_a_name_within_another_is_not_the_asked_model() -> None:
    assert replacement_named("Please use gpt-4o instead of gpt-4.", "gpt-4") == "gpt-4o"
    assert replacement_named("gpt-4 is gone. Use gpt-4.1.", "gpt-4") == "gpt-4.1"


@pytest.mark.parametrize("text", [None, 7, ["use gpt-6-luna"], {"message": "use gpt-6-luna"}])
def test_what_is_no_text_names_nothing(text: object) -> None:
    assert replacement_named(text, "gpt-4-turbo") is None


def test_a_long_text_is_not_read_to_its_end() -> None:
    began = time.monotonic()

    assert replacement_named("x" * 2000 + " Use gpt-6-luna instead.", "gpt-4") is None
    for piece in ("use gpt-6/", "gpt-6a", " use", "a-", "replacement "):
        assert replacement_named(piece * 200_000, "gpt-4") is None
    assert time.monotonic() - began < 2
