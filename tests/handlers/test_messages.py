"""The job type that publishes a message: its key, its payload, and whose case what it starts belongs to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.feel import Value
from engine.handlers.contract import MessagePublished
from tests.handlers.harbour import Bench, a_case, failure_of, run


def test_message_is_published_under_its_key_with_the_payload_as_variables() -> None:
    result = run("message.publish", {"message": "ship_left"}, Bench(own=a_case()), key="CQ7", payload={"flag": "blue"})

    assert result.records == (MessagePublished("ship_left", "CQ7", {"flag": "blue"}, same_case=True),)
    assert result.summary == 'Published the message "ship_left" for CQ7'


def test_message_for_another_case_without_payload_carries_no_variables() -> None:
    result = run("message.publish", {"message": "ship_left", "case": "other"}, Bench(), key="CQ7")

    assert result.records == (MessagePublished("ship_left", "CQ7", {}, same_case=False),)


def test_message_that_is_for_now_alone_is_not_kept() -> None:
    result = run("message.publish", {"message": "ship_left", "kept": "no"}, Bench(own=a_case()), key="CQ7")

    assert result.records == (MessagePublished("ship_left", "CQ7", {}, kept=False),)


@pytest.mark.parametrize(
    ("headers", "variables", "code", "said"),
    [
        ({}, {"key": "CQ7"}, "JOB_HEADER", '"message"'),
        ({"message": "m", "case": "mine"}, {"key": "CQ7"}, "JOB_HEADER", "one of own, other"),
        ({"message": "m", "kept": "maybe"}, {"key": "CQ7"}, "JOB_HEADER", "one of yes, no"),
        ({"message": "m"}, {}, "JOB_INPUT", "the correlation key, but got null"),
        ({"message": "m"}, {"key": Decimal(7)}, "JOB_INPUT", "the number 7"),
        ({"message": "m"}, {"key": "  "}, "JOB_INPUT", "the correlation key"),
        ({"message": "m"}, {"key": "CQ7", "payload": "flag"}, "JOB_INPUT", "a context of variables"),
    ],
)
def test_message_with_a_wrong_header_key_or_payload_fails(
    headers: dict[str, str], variables: dict[str, Value], code: str, said: str
) -> None:
    problem = failure_of("message.publish", headers, Bench(), **variables)

    assert problem.code == code
    assert said in problem.message
