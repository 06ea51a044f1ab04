"""`notice.send`: what is issued and to whom, and that nothing is issued when the notice lacks what the law demands."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.feel import FeelDate, Value
from engine.handlers import CHANNELS, check_channels
from engine.handlers.contract import Delivery, NoticeIssued
from engine.law import HTML, TEXT
from tests.handlers.harbour import LAW, Bench, a_case, a_fact, failure_of, run
from tests.law.harbour import NOTICE, NOTICE_NAME, harbour_package

CASE = a_case(
    facts={
        name: a_fact(name, value)
        for name, value in {
            "call_sign": "CQ7",
            "master_name": "Ana Reis",
            "defects": ["hull"],
            "insured": False,
        }.items()
    }
)
VARIABLES: dict[str, Value] = {
    "reason_code": "unsafe",
    "fine": Decimal(100),
    "deadlines": {"repair": {"due_date": FeelDate(2011, 4, 7)}},
}
HEADERS = {"notice": "berth_refused"}


def test_notice_is_issued_with_its_texts_and_deliveries() -> None:
    result = run("notice.send", HEADERS, Bench(own=CASE), **VARIABLES)

    (issued,) = result.records
    assert isinstance(issued, NoticeIssued)
    assert (issued.notice_id, issued.notice_type, issued.dated) == ("notice-1", "berth_refused", date(2011, 3, 8))
    assert issued.subject == "Ship CQ7 is refused"
    assert set(issued.texts) == {TEXT, HTML}
    assert "To Ana Reis, Tuesday March 8, 2011." in issued.texts[TEXT]
    assert issued.source_hash == LAW.notices["berth_refused"].hash
    address = {"party": "master", "name": "Ana Reis"}
    assert issued.deliveries == (Delivery("mail", address), Delivery("portal", address))
    assert result.variables == {
        "notice_sent": {
            "id": "notice-1",
            "type": "berth_refused",
            "dated": FeelDate(2011, 3, 8),
            "sha256": hashlib.sha256(issued.texts[TEXT].encode()).hexdigest(),
        }
    }
    assert result.summary == "Refusal of a berth, dated Tue 8 Mar 2011, to master by mail and portal"
    assert "states last_day: April 7, 2011 [harbour:3]" in result.arithmetic


def test_notice_bears_the_laws_date_of_the_job() -> None:
    half_past_midnight = datetime(2011, 6, 30, 23, 30, tzinfo=UTC)

    (issued,) = run("notice.send", HEADERS, Bench(own=CASE), now=half_past_midnight, **VARIABLES).records

    assert isinstance(issued, NoticeIssued) and issued.dated == date(2011, 7, 1)


def test_address_takes_facts_of_the_case_and_then_variables_of_the_task() -> None:
    (issued,) = run("notice.send", HEADERS, Bench(own=CASE), **VARIABLES, berth="7b", master_name="x").records

    assert isinstance(issued, NoticeIssued)
    assert issued.deliveries[0].address == {"party": "master", "name": "Ana Reis", "berth": "7b"}


def test_notice_without_its_required_content_is_not_issued() -> None:
    package = harbour_package(NOTICE=NOTICE.replace(", {{ last_day }}.", "."))

    problem = failure_of("notice.send", HEADERS, Bench(own=CASE, package=package), **VARIABLES)

    assert problem.code == "NOTICE_CONTENT_MISSING"
    assert problem.location.file == NOTICE_NAME
    assert problem.location.part == "required > last_day"
    assert problem.location.clause == "harbour:3"
    assert '"April 7, 2011"' in problem.message


@pytest.mark.parametrize(
    ("headers", "variables", "code", "said"),
    [
        ({}, VARIABLES, "JOB_HEADER", '"notice"'),
        ({"notice": "berth_refusd"}, VARIABLES, "JOB_HEADER", 'Did you mean "berth_refused"?'),
        (HEADERS, {**VARIABLES, "fine": None}, "JOB_INPUT", 'the notice "berth_refused" is written with'),
        (HEADERS, {**VARIABLES, "fine": "much"}, "NOTICE_TEMPLATE", "money expected a number"),
        (HEADERS, {**VARIABLES, "deadlines": {}}, "NOTICE_TEMPLATE", "expected a date"),
    ],
)
def test_notice_that_cannot_be_written_fails(
    headers: dict[str, str], variables: dict[str, Value], code: str, said: str
) -> None:
    problem = failure_of("notice.send", headers, Bench(own=CASE), **variables)

    assert problem.code == code
    assert said in problem.message


def test_notice_without_a_case_fails() -> None:
    assert failure_of("notice.send", HEADERS, Bench(), **VARIABLES).code == "CASE_NOT_FOUND"


def test_unknown_channel_is_a_problem_at_deployment() -> None:
    package = harbour_package(NOTICE=NOTICE.replace("[mail, portal]", "[portal, male]"))

    (problem,) = check_channels(package)

    assert check_channels(LAW) == []
    assert problem.location.file == NOTICE_NAME
    assert problem.location.part == "channels[1]"
    assert 'Did you mean "mail"?' in problem.message
    assert set(CHANNELS) == {"print", "mail", "text", "email", "portal"}


def test_notice_goes_by_the_one_channel_that_the_task_chooses() -> None:
    (issued,) = run("notice.send", HEADERS, Bench(own=CASE), **VARIABLES, notice_channel="portal").records

    assert isinstance(issued, NoticeIssued) and [each.channel for each in issued.deliveries] == ["portal"]
    problem = failure_of("notice.send", HEADERS, Bench(own=CASE), **VARIABLES, notice_channel="text")
    assert (problem.code, problem.location.part) == ("JOB_INPUT", "input notice_channel")


SAYS_A_LIMIT = NOTICE.replace(
    "inputs: [", 'limits: {mending: repair, reply: "=reply_limit"}\ninputs: [reply_limit, '
).replace(
    "Repair your ship",
    "You have {{ limits.mending.in_words }}; we answer in {{ limits.reply.in_words }}. Repair your ship",
)


@pytest.mark.parametrize(
    ("day", "said"),
    [(date(2011, 2, 28), "You have ten days; we answer"), (date(2011, 3, 1), "You have thirty days; we answer")],
)
def test_notice_says_the_limits_that_are_in_force_on_its_date(day: date, said: str) -> None:
    bench = Bench(own=CASE, package=harbour_package(NOTICE=SAYS_A_LIMIT))
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

    (issued,) = run("notice.send", HEADERS, bench, now=now, **VARIABLES, reply_limit="answer").records

    assert isinstance(issued, NoticeIssued)
    assert said in issued.texts[TEXT]
    assert "we answer in three business days." in issued.texts[TEXT]


@pytest.mark.parametrize(
    ("limit", "code", "part", "said"),
    [
        ("ansver", "CAL_UNKNOWN_LIMIT", "limits > reply", 'no limit "ansver" is in force on Tue 8 Mar 2011'),
        (Decimal(3), "JOB_INPUT", "input limits.reply", "the id of a limit"),
    ],
)
def test_notice_of_a_limit_that_no_row_holds_is_not_issued(limit: Value, code: str, part: str, said: str) -> None:
    bench = Bench(own=CASE, package=harbour_package(NOTICE=SAYS_A_LIMIT))

    problem = failure_of("notice.send", HEADERS, bench, **VARIABLES, reply_limit=limit)

    assert (problem.code, problem.location.part) == (code, part)
    assert said in problem.message


def test_notice_says_how_long_a_deadline_of_the_case_is() -> None:
    package = harbour_package(NOTICE=NOTICE.replace("Repair your", "{{ deadlines.repair.in_words }}: Repair your"))
    repair: dict[str, Value] = {"due_date": FeelDate(2011, 4, 7), "amount": Decimal(21), "unit": "calendar days"}
    given = {**VARIABLES, "deadlines": {"repair": repair}}

    (issued,) = run("notice.send", HEADERS, Bench(own=CASE, package=package), **given).records

    assert isinstance(issued, NoticeIssued) and "twenty-one days: Repair your ship" in issued.texts[TEXT]
