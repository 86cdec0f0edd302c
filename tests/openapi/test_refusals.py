"""What an operation refuses, by what there is to go wrong with."""

import pytest

from openapi.refusals import Target, refusals

EVERYWHERE = {"400", "429", "500"}
CHANGE = EVERYWHERE | {"401", "403", "409"}


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (Target("GET", "/api/things", has_id=False, has_body=False), EVERYWHERE | {"401"}),
        (
            Target("GET", "/api/things/{id}", has_id=True, has_body=False),
            EVERYWHERE | {"401", "404"},
        ),
        (Target("DELETE", "/api/things", has_id=False, has_body=False), CHANGE),
        (Target("POST", "/api/things", has_id=False, has_body=True), CHANGE | {"413", "415"}),
        (Target("POST", "/api/v1/things", has_id=False, has_body=False), CHANGE - {"403"}),
        (Target("POST", "/api/login", has_id=False, has_body=False), EVERYWHERE | {"403"}),
        (
            Target("POST", "/api/v1/things", has_id=False, has_body=True, takes_key=True),
            CHANGE - {"403"} | {"413", "415", "422"},
        ),
        (Target("GET", "/docs", has_id=False, has_body=False), EVERYWHERE),
    ],
)
def test_what_can_go_wrong_is_described(target: Target, expected: set[str]) -> None:
    assert set(refusals(target, {})) == expected


def test_a_text_of_its_own_replaces_the_common_one() -> None:
    target = Target("GET", "/api/things/{id}", has_id=True, has_body=False)

    missing = refusals(target, {404: ["Thing not found"]})["404"]["content"]["application/json"]

    assert [each["value"] for each in missing["examples"].values()] == [
        {"error": "Thing not found"}
    ]


def test_a_status_may_have_several_texts() -> None:
    target = Target("POST", "/api/things", has_id=True, has_body=True)

    missing = refusals(target, {404: ["Thing not found", "Part not found"]})["404"]

    assert list(missing["content"]["application/json"]["examples"].values()) == [
        {"value": {"error": "Thing not found"}},
        {"value": {"error": "Part not found"}},
    ]


def test_a_text_of_its_own_comes_beside_what_any_request_may_get_wrong() -> None:
    target = Target("POST", "/api/v1/things", has_id=False, has_body=True)

    refused = refusals(target, {401: ["Admin privileges required"]})["401"]
    bodies = refused["content"]["application/json"]["examples"].values()

    assert [each["value"] for each in bodies] == [
        {"message": "Unauthorized"},
        {"message": "Admin privileges required"},
    ]
