"""Names, passwords, ids."""

import re
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.adapters.common_passwords import is_common_password
from afterglow.domain.errors import InvalidInputError
from afterglow.domain.identifiers import new_opaque_id, new_user_id
from afterglow.domain.messages import check_message_length
from afterglow.domain.passwords import check_new_password, normalize_password
from afterglow.domain.usernames import normalize_username


def code_of(refused: pytest.ExceptionInfo[InvalidInputError]) -> tuple[str, str]:
    """Return the message and the code of a refusal."""
    (detail,) = refused.value.details
    return refused.value.message, detail["code"]


def check(password: str, *, username: str = "ada", min_length: int = 8) -> None:
    """Check a password that someone wants to have."""
    check_new_password(
        normalize_password(password),
        username=username,
        min_length=min_length,
        is_common=is_common_password,
    )


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("ada", "ada"),
        ("ADA", "ada"),
        ("\uff21\uff44\uff41", "ada"),
        ("ada.l+x_y-z@example.com", "ada.l+x_y-z@example.com"),
        ("x" * 64, "x" * 64),
        ("123", "123"),
    ],
)
def test_a_name_has_one_form(raw: str, name: str) -> None:
    assert normalize_username(raw) == name


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "ab",
        "x" * 65,
        "ada lovelace",
        "ada\n",
        " ada",
        "adä",
        "ada/..",
        "\u0430" * 4,
        "a\x00da",
        "🦊🦊🦊",
    ],
)
def test_a_name_of_another_shape_is_refused(raw: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        normalize_username(raw)

    assert code_of(refused) == ("Validation failed", "invalid_format")


@pytest.mark.parametrize("raw", ["admin", "ROOT", "\uff41\uff50\uff49", "afterglow", "system"])
def test_a_reserved_name_is_refused(raw: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        normalize_username(raw)

    assert code_of(refused) == ("Validation failed", "reserved")


@given(st.text(max_size=80))
def test_a_name_stays_as_it_is_once_it_is_normal(raw: str) -> None:
    try:
        name = normalize_username(raw)
    except InvalidInputError:
        return
    assert re.fullmatch(r"[a-z0-9._@+-]{3,64}", name)
    assert normalize_username(name) == name


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "too_short"),
        ("sevench", "too_short"),
        ("🦊" * 7, "too_short"),
        ("x" * 257, "too_long"),
        ("🦊" * 257, "too_long"),
        ("password", "too_common"),
        ("PASSWORD1", "too_common"),
        ("iloveyou", "too_common"),
        ("adaadaada", "too_guessable"),
        ("Ada-AfterGlow", "too_guessable"),
        ("xafterglowy", "too_guessable"),
        ("Ada-AfterGlow-1789", None),
        ("eight_ch", None),
        ("🦊🐻🐼🐨🐯🦁🐮🐷", None),
        ("🦊" * 256, None),
        ("only letters here", None),
        (" spaces around ", None),
    ],
)
def test_a_password_is_judged_by_length_and_lists_only(password: str, code: str | None) -> None:
    if code is None:
        check(password)
        return
    with pytest.raises(InvalidInputError) as refused:
        check(password)
    assert code_of(refused) == ("Validation failed", code)
    assert refused.value.details[0]["field"] == "password"


@pytest.mark.parametrize(("length", "is_taken"), [(14, False), (15, True)])
def test_the_operator_may_ask_for_more(length: int, *, is_taken: bool) -> None:
    password = "Zr4#" * 3 + "abc"[: length - 12]
    if is_taken:
        check(password, min_length=15)
        return
    with pytest.raises(InvalidInputError):
        check(password, min_length=15)


def test_a_password_is_normalized_but_never_trimmed_or_cut() -> None:
    assert normalize_password("cafe\u0301") == "caf\u00e9"
    assert normalize_password("  Two Spaces  ") == "  Two Spaces  "
    assert normalize_password("x" * 256) == "x" * 256


def test_ids_are_random_and_of_one_shape() -> None:
    ids = {new_opaque_id("thread") for _ in range(1000)}

    assert len(ids) == 1000
    assert all(re.fullmatch("thread_[A-Za-z0-9]{24}", each) for each in ids)
    assert {len(set(column)) for column in zip(*[i[7:] for i in ids], strict=True)} == {62}


def test_users_ids_are_safe_integers_of_javascript() -> None:
    ids = [new_user_id() for _ in range(1000)]

    assert len(set(ids)) == 1000
    assert all(1 <= each <= 2**53 - 1 for each in ids)
    assert max(ids) > 2**52


HOSTILE = "a" + "\u0301" * 40_000 + "\u0316" * 40_000


def test_nothing_long_is_normalized(monkeypatch: pytest.MonkeyPatch) -> None:
    longest: list[int] = []
    normalize = unicodedata.normalize

    def measured(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
        longest.append(len(text))
        return normalize(form, text)

    monkeypatch.setattr(unicodedata, "normalize", measured)
    for refused in (normalize_username, normalize_password):
        with pytest.raises(InvalidInputError):
            refused(HOSTILE)
        with pytest.raises(InvalidInputError):
            normalize_username("\u0301" * 256)

    check_message_length(HOSTILE)
    check_message_length("e\u0301" * 40)
    with pytest.raises(InvalidInputError):
        check_message_length("e\u0301" * 39)

    assert max(longest) <= 256
