"""A case told for a hearing: what happened, why, why not otherwise, until when, what was sent, who did what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from engine.handlers.contract import Actor
from engine.review import Explanation, build_explanation, read_case_file, render_explanation
from engine.review.explain_decisions import Condition, DecisionStory
from engine.review.explain_words import words_of, words_of_output, words_of_test
from engine.runtime import Engine
from engine.simulation import Shelf, find_manifests, load_scenario, play
from engine.simulation.runner import Player
from tests.review.market import play_market
from tests.review.test_trace_formats import read_page
from tests.runtime.drawing import diagram, end, rule_task, start

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def told(market: Engine) -> Explanation:
    return build_explanation(read_case_file(market, "R-2"))


@pytest.fixture
def fines(tmp_path: Path) -> Iterator[Player]:
    player = play_market(tmp_path, "two_fines")
    yield player
    player.close()


# ---- the story ----


def test_story_tells_events_tasks_duties_states_money_and_notices_in_the_words_of_the_law(told: Explanation) -> None:
    said = [event.what for event in told.events]

    assert said[0] == "Stall requested: a keeper asks for a stall and pays the fee"
    assert "To be done by market clerk: Examine the request, by the end of Wednesday, 28 February 2024" in said
    assert "Duty breached: “examination” was due Wednesday, 28 February 2024" in said
    assert "State of the case: lapsed (the certificate did not come)" in said
    assert "Ledger: repayment -100.00 EUR" in said
    assert "Notice “request lapsed” sent by mail" in said


def test_story_is_in_order_of_time_and_names_who_acted(told: Explanation) -> None:
    assert list(told.events) == sorted(told.events, key=lambda event: event.at)
    assert {event.actor for event in told.events if event.kind == "event"} == {"keeper", "market_office"}


def test_summary_says_state_missed_duties_and_what_is_still_to_be_done(told: Explanation) -> None:
    summary = dict(told.summary)

    assert summary["State of the case"] == "lapsed (the certificate did not come)"
    assert summary["Duties that were missed"] == "examination"
    assert summary["Still to be done"] == "nothing"
    assert summary["Days and times"] == "on the clock of Asia/Tokyo"


# ---- decisions ----


def story_of(told: Explanation, decision_id: str) -> DecisionStory:
    return next(story for story in told.decisions if story.decision_id == decision_id)


def test_decision_names_the_rule_that_applied_with_reason_and_clause(told: Explanation) -> None:
    # when
    story = story_of(told, "Decision_FeeOutcome")
    step = story.steps[-1]

    # then
    assert story.repeated
    assert story.answer == "outcome: enough; reason code: fee enough"
    assert [(rule.rule_id, rule.clauses) for rule in step.applied] == [("Rule_FeeEnough", ("lmo:2(1)",))]


def test_decision_says_what_would_have_had_to_be_different_for_each_rule_that_did_not_apply(told: Explanation) -> None:
    # when
    (short,) = story_of(told, "Decision_FeeOutcome").steps[-1].not_applied

    # then
    assert short.rule_id == "Rule_FeeShort"
    assert dict(short.gives)["outcome"] == "short"
    (condition,) = short.conditions
    assert (condition.wanted, condition.was) == ("less than 0", "0.01")


def test_every_entry_that_failed_is_named_not_only_the_first(fines: Player) -> None:
    # given
    told = build_explanation(read_case_file(fines.engine, "F-1"))

    # when: the report was of noise, and repeated; the rule for a blocked fire lane asks for another offence
    others = {rule.rule_id: rule.conditions for rule in told.decisions[0].steps[0].not_applied}

    # then
    assert others["Rule_FireLane"][0] == Condition("Offence", "fire lane blocked", "noise")


def test_parameters_are_no_decisions_of_the_case_but_give_the_reason_of_its_deadlines(told: Explanation) -> None:
    assert "Decision_MarketLimit" not in {story.decision_id for story in told.decisions}
    assert [line.reason for line in told.deadlines] == [
        "two business days from receipt, a duty of the office",
        "five business days from the day of the letter",
    ]


# ---- deadlines, notices, facts, money, people ----


def test_deadline_shows_limit_start_arithmetic_last_day_and_what_became_of_it(told: Explanation) -> None:
    # when
    examination, certificate = told.deadlines

    # then
    assert (examination.limit, examination.counted_from) == ("2 business days", "Monday, 26 February 2024")
    assert examination.arithmetic[0] == "Mon 26 Feb 2024 + 2 business days = Wed 28 Feb 2024"
    assert examination.outcome == "met on Thursday, 29 February 2024, too late"
    assert "Lantern Day" in certificate.arithmetic[-1]
    assert certificate.due == "Sunday, 10 March 2024"


def test_notice_shows_the_exact_text_and_the_hash_that_the_log_holds(market: Engine, told: Explanation) -> None:
    # when
    first = told.notices[0]
    stored = market.notices()[0]

    # then
    assert first.text == stored.texts["text/plain"]
    assert {name: sha256 for name, sha256, _ in first.sums} == dict(stored.sha256)
    assert first.copies == ("sent by mail on Thursday, 29 February 2024",)


def test_day_on_which_a_copy_was_sent_is_that_of_the_law_s_zone(told: Explanation) -> None:
    lapsed = told.notices[1]

    assert lapsed.dated == "Monday, 11 March 2024"
    assert lapsed.copies == ("sent by mail on Monday, 11 March 2024",)


def test_corrected_fact_stands_beside_what_it_replaced(told: Explanation) -> None:
    assert [(line.name, line.value, line.replaced) for line in told.facts if line.name == "fee_paid"] == [
        ("fee_paid", "200.01", False)
    ]
    assert {line.meaning for line in told.facts} >= {"the name of the keeper", "the size of the stall asked for"}


def test_money_and_people_are_listed(told: Explanation) -> None:
    assert [(line.entry, line.amount) for line in told.money] == [("fee", "200.01 EUR"), ("repayment", "-100.00 EUR")]
    did = {line.name: line.did for line in told.actors}
    assert did["keeper"] == ("reported: stall requested",)
    assert did["market_office"] == ("reported: request examined", "did: Examine the request")


def test_clauses_cited_stand_with_their_citation_and_our_words(told: Explanation) -> None:
    clauses = {line.ref: line for line in told.clauses}

    assert clauses["lmo:3(1)"].citation == "Lantern Market Ordinance 3(1)"
    assert clauses["lmo:3(1)"].text.startswith("The office examines a request")
    assert [line.ref for line in told.readings] == ["L-01"]


# ---- the page ----


def test_page_is_well_formed_without_script_and_every_link_leads_somewhere(told: Explanation) -> None:
    # when
    page = read_page(render_explanation(told))
    ids = [attributes["id"] for _, attributes in page.seen if "id" in attributes]

    # then
    assert len(ids) == len(set(ids))
    links = {attributes["href"] for tag, attributes in page.seen if tag == "a"}
    assert links <= {f"#{name}" for name in ids}
    assert "script" not in {tag for tag, _ in page.seen}
    levels = [int(tag[1]) for tag, _ in page.seen if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_page_shows_texts_of_the_case_as_texts(fines: Player) -> None:
    # given
    facts = {"keeper_name": "<script>alert(1)</script>", "keeper_street": "\"&'", "offence": "noise", "repeated": False}
    fines.engine.raise_event("lantern_market", "offence reported", {**facts, "report_number": "<F>"}, Actor("<i>", ()))  # type: ignore[arg-type]
    fines.engine.run_due()

    # when
    page = render_explanation(build_explanation(read_case_file(fines.engine, "<F>")))

    # then
    assert "<script" not in page
    assert "<F>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    read_page(page)


def test_page_warns_where_evaluating_again_gives_another_answer(told: Explanation) -> None:
    # given
    spoiled = replace(told, decisions=(replace(told.decisions[0], repeated=False), *told.decisions[1:]))

    # then
    assert "does not give the answer that was recorded" in render_explanation(spoiled)
    assert "does not give the answer that was recorded" not in render_explanation(told)


def test_decision_that_was_asked_again_with_the_same_inputs_is_told_once(told: Explanation) -> None:
    # given
    again = replace(told, decisions=(told.decisions[0], replace(told.decisions[0], seq=10_000)))

    # when
    page = render_explanation(again)

    # then
    assert page.count("Why not otherwise: ") == render_explanation(replace(told, decisions=told.decisions[:1])).count(
        "Why not otherwise: "
    )
    assert 'As in <a href="#decision-1">decision 1</a>' in page


def test_instance_of_loose_files_without_law_or_case_is_told_too(fines: Player) -> None:
    # given
    table = (ROOT / "tests" / "simulation" / "mini_law" / "decisions" / "stall_fine.dmn").read_bytes()
    drawn = diagram("loose", start(), rule_task("Ask", "Decision_Fine", "fine"), end(), flows="Start -> Ask -> End")
    fines.engine.deploy_files({"loose.bpmn": drawn, "fine.dmn": table}, Actor("ada"))
    variables = {"offence": "noise", "repeated": False}
    instance = fines.engine.start_process("loose", variables, Actor("ada"))  # type: ignore[arg-type]

    # when
    told = build_explanation(read_case_file(fines.engine, instance.id))

    # then
    assert told.title == f"Process instance {instance.id}"
    assert [story.answer for story in told.decisions] == ["40"]
    read_page(render_explanation(told))


def test_shipped_case_is_told_and_every_decision_repeated(tmp_path: Path) -> None:
    # given
    shelf = Shelf(find_manifests(ROOT))
    path = ROOT / "processes" / "kentucky_access" / "scenarios" / "main.yaml"
    scenario = load_scenario(path, shelf)
    player = Player(tmp_path, scenario.start)
    play(player, scenario, shelf.find(scenario.package_id, path))

    # when
    told = build_explanation(read_case_file(player.engine, "application A-1001"))
    player.close()

    # then
    assert len(told.decisions) > 20
    assert all(story.repeated for story in (*told.decisions, *told.parameters))
    assert {"eligible", "pended"} <= set(told.states)
    assert all(line.chosen for line in told.readings)
    read_page(render_explanation(told))


# ---- words ----


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "not given"),
        (True, "yes"),
        (0, "0"),
        ("", "an empty text"),
        ("2024-02-29", "29 February 2024"),
        ("2024-02-31", "2024-02-31"),
        ("Main Street 5", "Main Street 5"),
        ("drivers_license", "drivers license"),
        ([], "none"),
        ([{"a": 1}, {"a": 2}], "(a: 1), (a: 2)"),
        ({}, "none"),
        ({"due_on": "2024-02-29"}, "due on: 29 February 2024"),
    ],
)
def test_value_reads_as_people_say_it(value: object, words: str) -> None:
    assert words_of(value) == words


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("-", "anything"),
        ('"a"', "a"),
        ('"a","b"', "a or b"),
        ('not("a","b")', "anything but a or b"),
        ("true", "yes"),
        ("< 5", "less than 5"),
        ("(5..7]", "above 5 to 7"),
        ('>= date("2024-02-29")', 'at least date("2024-02-29")'),
        ("< due_on", "before due on"),
        ("<= received_on", "on or before received on"),
        ("list contains(?, 3)", "list contains(?, 3)"),
        ("((", "(("),
    ],
)
def test_cell_reads_as_what_a_value_would_have_to_be(cell: str, words: str) -> None:
    assert words_of_test(cell) == words


def test_output_that_is_no_literal_stands_as_written() -> None:
    assert words_of_output('"fee_short"') == "fee short"
    assert words_of_output("fee * 2") == "fee * 2"
    assert words_of_output("((") == "(("
