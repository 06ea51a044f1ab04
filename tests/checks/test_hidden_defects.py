"""A shipped law, changed at one place as somebody would who hopes that nobody sees it: each change is found there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from engine.errors import Problem
from engine.law import LawPackage, load_package
from engine.law.package import package_from_files
from engine.review.checks import review_package
from engine.review.coverage import read_coverage

ROOT = Path(__file__).parents[2]
CONSENT, ACCESS = "agent_consent", "kentucky_access"
Change = tuple[str, str, str]
"""File, what stands there first, what takes its place."""


@dataclass(frozen=True)
class Case:
    name: str
    law: str
    finds: str
    place: str
    changes: tuple[Change, ...]


def consent(name: str, finds: str, place: str, *changes: Change) -> Case:
    return Case(name, CONSENT, finds, place, changes)


def access(name: str, finds: str, place: str, *changes: Change) -> Case:
    return Case(name, ACCESS, finds, place, changes)


def another_kind(file: str, gateway: str, old: str, new: str) -> tuple[Change, Change]:
    """The gateway of one kind becomes one of another; its tags stand on lines of their own."""
    closing = "</bpmn:outgoing>\n    </bpmn:"
    text = text_of(file)
    opening = text.index(f'<bpmn:{old} id="{gateway}"')
    last = text.index(closing, opening)
    tail = text[text.rindex("<bpmn:outgoing>", opening, last) : last] + closing
    return (
        (file, f'<bpmn:{old} id="{gateway}"', f'<bpmn:{new} id="{gateway}"'),
        (file, f"{tail}{old}>", f"{tail}{new}>"),
    )


@cache
def package(law: str) -> LawPackage:
    return load_package(ROOT / "processes" / law / "package.yaml")


def text_of(file: str) -> str:
    found = [
        data for law in (CONSENT, ACCESS) for name, data in package(law).files.items() if name.endswith(f"/{file}")
    ]
    return found[0].decode()


SMALL = [
    consent(
        "The agent may ask once more",
        "table-overlap",
        "Decision_RequestAllowed",
        ("consent_request.dmn", "<text>&lt; maximum_requests", "<text>&lt;= maximum_requests"),
    ),
    consent(
        "A figure beside the parameter",
        "table-gap",
        "Decision_RequestAllowed",
        ("consent_request.dmn", "<text>&gt;= maximum_requests", "<text>&gt;= 4"),
    ),
    consent(
        "Capitals",
        "unreachable-condition",
        "Gateway_MayRequest",
        ("electronic_round.bpmn", '=request_allowed = "yes"', '=request_allowed = "Yes"'),
    ),
    consent(
        "The word for it has changed",
        "unreachable-condition",
        "Gateway_RoundOver",
        ("case_access.bpmn", '=round_step = "complete"', '=round_step = "completed"'),
    ),
    consent(
        "A truth asked as a text",
        "expression-type",
        "Flow_Completed_No",
        ("case_access.bpmn", "=not(association_completed)", '=association_completed = "no"'),
    ),
    consent(
        "A client without an address is reached by text",
        "table-overlap",
        "Decision_ElectronicMethod",
        (
            "consent_route.dmn",
            '"Rule_PrefersTextByEmail_In2"><text>null',
            '"Rule_PrefersTextByEmail_In2"><text>-',
        ),
    ),
    consent(
        "A channel is left out",
        "table-gap",
        "Decision_ElectronicMethod",
        (
            "consent_route.dmn",
            '"Rule_PrefersTextUnreachable_In4"><text>null, false',
            '"Rule_PrefersTextUnreachable_In4"><text>false',
        ),
    ),
    consent(
        "The clock is that of another limit",
        "unknown-limit",
        "electronic_round",
        ("electronic_round.bpmn", 'key="limit" value="consent_answer"', 'key="limit" value="consent_answers"'),
    ),
    consent(
        "A limit without a unit",
        "table-value",
        "Rule_Answer",
        ("consent_limits.dmn", '<text>"seconds"</text></outputEntry>', '<text>"second"</text></outputEntry>'),
    ),
    consent(
        "The reading of the open wait is taken out",
        "user-task-complete",
        "Activity_GoOn",
        ("association_confirmation.bpmn", "[consent:CG-E.2b; C-11]", "[consent:CG-E.2b]"),
    ),
    consent(
        "A reading loses its switch",
        "reading-undefined",
        "Decision_RequestAllowed",
        ("consent_readings.dmn", '"on_refusal"', '"after_refusal"'),
    ),
    consent(
        "That the client did not agree is no longer told",
        "notice-unsent",
        "not_agreed",
        ("verbal_consent.bpmn", 'value="not_agreed"', 'value="request_sent"'),
    ),
    consent(
        "The withdrawal goes nowhere",
        "message-receiver",
        "events",
        ("package.yaml", "message: {name: agent_withdrew", "message: {name: agent_withdraws"),
    ),
    consent(
        "Both answers are waited for",
        "deadlock",
        "Gateway_ToOutcome",
        *another_kind("electronic_round.bpmn", "Gateway_ToOutcome", "exclusiveGateway", "parallelGateway"),
    ),
    consent(
        "The timer waits for a deadline of another name",
        "unknown-deadline",
        "Event_TimeOver",
        ("electronic_round.bpmn", "=deadlines.consent_answer.due", "=deadlines.answer.due"),
    ),
]
LARGE = [
    access(
        "A day belongs to both rules",
        "table-overlap",
        "Decision_PostmarkTest",
        ("month_of_application.dmn", "[month_before..last_days_begin)", "[month_before..last_days_begin]"),
    ),
    access(
        "The first of the month is in no rule",
        "table-boundary",
        "Decision_FutureDate",
        (
            "effective_date.dmn",
            "[first_of_next_month..latest_future_date]",
            "(first_of_next_month..latest_future_date]",
        ),
    ),
    access(
        "The exact premium is not enough",
        "table-overlap",
        "Rule_PremiumInsufficient",
        ("premium_sufficiency.dmn", "<text>&lt; premium_required</text>", "<text>&lt;= premium_required</text>"),
    ),
    access(
        "Who came by fax is who came by any way",
        "table-overlap",
        "Rule_PremiumNotInTime",
        ("premium_sufficiency.dmn", '<text>"fax", "electronic"</text>', "<text>-</text>"),
    ),
    access(
        "A rate ends a month early",
        "table-gap",
        "Decision_MonthlyPremium",
        ("premium_rates.dmn", 'date("2012-01-01"))', 'date("2011-12-01"))'),
    ),
    access(
        "The dates of a rate are the wrong way round",
        "table-unreachable",
        "Rule_Traditional2011",
        (
            "premium_rates.dmn",
            '[date("2011-01-01")..date("2012-01-01"))',
            '[date("2012-01-01")..date("2011-01-01"))',
        ),
    ),
    access(
        "The limit is written beside its parameter",
        "table-gap",
        "Decision_LimitMet",
        ("lifetime_limit.dmn", "<text>&lt; lifetime_limit.amount</text>", "<text>&lt; 1000000</text>"),
    ),
    access(
        "An exempt child is excluded too",
        "table-overlap",
        "Rule_AdoptedNotExempt",
        (
            "dependent_coverage.dmn",
            "not(petition_filed_on, placed_on, adopted_on)",
            "not(petition_filed_on, placed_on)",
        ),
    ),
    access(
        "A column of another type",
        "expression-type",
        'input "Decided"',
        ("coverage_end.dmn", 'typeRef="date"><text>medicaid_decided_on', 'typeRef="number"><text>medicaid_decided_on'),
    ),
    access(
        "The postmark is no longer handed over",
        "decision-input",
        "Activity_AssessTimeliness",
        ("application_cure.bpmn", 'target="latest_postmark_on"', 'target="latest_postmark"'),
    ),
    access(
        "What is missing is not told",
        "notice-input",
        "Activity_SendInformationInsufficient",
        ("application_cure.bpmn", '<zeebe:input source="=completeness.missing_items" target="missing_items" />', ""),
    ),
    access(
        "The end of the time is never set",
        "unknown-deadline",
        "Event_CureTimeEnded",
        ("application_cure.bpmn", "=deadlines.mail_hold.due", "=deadlines.mail_holds.due"),
    ),
    access(
        "A day where a truth is asked",
        "expression-type",
        "Flow_ReceivedInTime_No",
        ("application_cure.bpmn", "=not(information_timely)", "=not(information_received_on)"),
    ),
    access(
        "A figure of the law in a condition",
        "literal-number",
        "Flow_ReceivedInTime_No",
        ("application_cure.bpmn", "=not(information_timely)", "=second_rounds &gt; 3"),
    ),
    access(
        "Review and premium no longer wait for each other",
        "lack-of-synchronisation",
        "Gateway_ReviewedAndPaid",
        *another_kind("reopened_application.bpmn", "Gateway_ReviewedAndPaid", "parallelGateway", "exclusiveGateway"),
    ),
    access(
        "The outcome has another word",
        "unreachable-condition",
        "Gateway_VerifiedAnew",
        (
            "reopened_application.bpmn",
            'application_outcome.outcome = "returned"',
            'application_outcome.outcome = "return"',
        ),
    ),
    access(
        "A claim waits without end",
        "user-task-complete",
        "Activity_ClearClaim",
        ("benefit_claim.bpmn", '<zeebe:taskSchedule dueDate="=deadlines.claim_clearing.due" />', ""),
    ),
    access(
        "Nobody waits for the information",
        "message-receiver",
        "information received",
        ("package.yaml", "name: information_received", "name: information_recieved"),
    ),
]


FIRST_OF_ITS_KIND = [
    case for number, case in enumerate(LARGE) if case.finds not in {each.finds for each in (*SMALL, *LARGE[:number])}
]
"""A check that no change of the small law shows is shown by the first of the large one, in every run."""


def findings(package: LawPackage) -> set[Problem]:
    return set(review_package(read_coverage(package)))


@cache
def findings_as_shipped(law: str) -> set[Problem]:
    return findings(package(law))


def changed(case: Case) -> LawPackage:
    files = dict(package(case.law).files)
    for file, old, new in case.changes:
        [name] = [each for each in files if each.endswith(f"/{file}")]
        text = files[name].decode()
        assert old in text, f"{name} does not hold {old}"
        files[name] = text.replace(old, new, 1).encode()
    return package_from_files(files, package(case.law).file)


@pytest.mark.parametrize(
    "case",
    [*SMALL, *(pytest.param(case, marks=() if case in FIRST_OF_ITS_KIND else pytest.mark.soak) for case in LARGE)],
    ids=lambda case: case.name.replace(" ", "_"),
)
def test_hidden_defect_is_found_at_its_place(case: Case) -> None:
    # when
    found = findings(changed(case)) - findings_as_shipped(case.law)

    # then
    told = "\n\n".join(map(str, found))
    assert any(problem.check == case.finds and case.place in str(problem).splitlines()[0] for problem in found), told
