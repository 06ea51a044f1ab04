"""Scenarios: dated stories in the words of the law, played on a simulated clock and held against expectations.

Question: does the law, as drawn, do on each day what its text demands? Entry points: `read_scenario` (YAML to a checked
`Scenario`), `run_scenario` (a fresh store, the events, the differences), `print_timeline` and `build_verdict` (for
people). The engine is driven through its public facade only, so that a scenario proves what an applicant would meet.

Reading order: scenario.py and expecting.py (the format), runner.py (the run), observation.py (what happened),
expectations.py (the kinds of what is expected) with expectation_checks.py (how each is checked), reached.py (what was
gone through), report.py (how it reads), shelf.py (where laws lie); question_cases.py and question_run.py (questions
that are asked alone).
"""

from engine.simulation.expectation import Difference, Expectation
from engine.simulation.expectations import KINDS
from engine.simulation.names import PackageModels, PackageNames, collect_names, read_models
from engine.simulation.question_cases import QuestionCase, read_question_cases
from engine.simulation.question_run import QuestionPlayer, QuestionResult
from engine.simulation.reached import Reached, find_reached
from engine.simulation.report import (
    WIDTH,
    Line,
    build_answer,
    build_question_verdicts,
    build_timeline,
    build_verdict,
    describe_run,
    print_lines,
    print_timeline,
)
from engine.simulation.runner import Player, ScenarioResult, play, raise_events, run_scenario, trace_text
from engine.simulation.scenario import Outage, Scenario, ScenarioEvent, read_scenario
from engine.simulation.shelf import (
    MANIFEST,
    Shelf,
    find_manifests,
    find_scenarios,
    holds_questions,
    load_question_cases,
    load_scenario,
    owners_of,
    root_of,
)

__all__ = [
    "KINDS",
    "MANIFEST",
    "WIDTH",
    "Difference",
    "Expectation",
    "Line",
    "Outage",
    "PackageModels",
    "PackageNames",
    "Player",
    "QuestionCase",
    "QuestionPlayer",
    "QuestionResult",
    "Reached",
    "Scenario",
    "ScenarioEvent",
    "ScenarioResult",
    "Shelf",
    "build_answer",
    "build_question_verdicts",
    "build_timeline",
    "build_verdict",
    "collect_names",
    "describe_run",
    "find_manifests",
    "find_reached",
    "find_scenarios",
    "holds_questions",
    "load_question_cases",
    "load_scenario",
    "owners_of",
    "play",
    "print_lines",
    "print_timeline",
    "raise_events",
    "read_models",
    "read_question_cases",
    "read_scenario",
    "root_of",
    "run_scenario",
    "trace_text",
]
