"""Random work and random operators on one drawing of everything: at any moment the store is what its log gives.

Users complete and claim tasks, messages and signals come, time passes, jobs fail; operators suspend, resume, move
tokens, cancel, resolve incidents and migrate to versions with other names. `verify` rebuilds every instance in between.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import EngineError, ErrorCode, Problem
from engine.feel import Value
from engine.handlers.contract import BpmnError, Job, JobFailure, JobResult, Services
from engine.runtime import Engine
from tests.bpmn.diagrams import (
    boundary,
    call,
    catch,
    diagram,
    end,
    error,
    event_sub_process,
    flow,
    gateway,
    mark,
    message,
    multi_instance,
    path,
    script,
    service,
    signal,
    standard_loop,
    start,
    sub_process,
    timer,
    user,
)
from tests.runtime.conftest import ADA, inline, worker

SEEDS = 300 if os.environ.get("CLAUSEFLOW_SOAK") else 3
STEPS = 80
RENAMED = ("U", "W", "C", "G1", "G2", "S", "SC", "SU", "BC", "Bad", "L")
MOVE_TO = ("U", "S", "C", "G", "L", "Bad", "E1", "SU", "W", "Tick")
PARTS = (
    start(),
    gateway("parallel", "P"),
    user("U", inner=multi_instance("=items", inputElement="it", outputCollection="outs", outputElement="=it")),
    boundary("BC", "U", timer(cycle="R5/P1D"), interrupting=False),
    mark("Tick"),
    end("ET"),
    end("E1"),
    sub_process(
        "S",
        start("SS"),
        service("W"),
        catch("SC", message("m")),
        end("SE"),
        *path("SS", "W", "SC", "SE"),
        event_sub_process(
            "SP", start("SB", signal("sig"), isInterrupting="false"), user("SU"), end("SX"), *path("SB", "SU", "SX")
        ),
        inner=multi_instance("=items", inputElement="k", sequential=True),
    ),
    boundary("BS", "S", error("X")),
    mark("Err"),
    end("EE"),
    end("E2"),
    call("C", "child"),
    boundary("BM", "C", timer(cycle="R/P1M"), interrupting=False),
    mark("Month"),
    end("EM"),
    end("E3"),
    gateway("exclusive", "L"),
    gateway("eventBased", "G"),
    catch("G1", message("n")),
    catch("G2", timer(duration="PT5H")),
    mark("Heard"),
    mark("Late"),
    gateway("exclusive", "LX", default="Out"),
    end("E4"),
    script("Bad", "=q + 1", "z", inner=standard_loop("=loopCounter < 2")),
    gateway("exclusive", "BG"),
    end("E5"),
    end("E6"),
    *path("Start", "P", "U", "E1"),
    *path("BC", "Tick", "ET"),
    *path("P", "S", "E2"),
    *path("BS", "Err", "EE"),
    *path("P", "C", "E3"),
    *path("BM", "Month", "EM"),
    *path("P", "L", "G", "G1", "Heard", "LX"),
    *path("G", "G2", "Late", "LX"),
    flow("LX", "L", "=count(trace) < 12"),
    flow("LX", "E4", flow_id="Out"),
    *path("P", "Bad", "BG"),
    flow("BG", "E5", "=z = 1"),
    flow("BG", "E6", "=z = 2"),
)
MAIN = diagram(*PARTS, messages={"m": "=k", "n": "n"}, signals=["sig"], errors=["X"])
CHILD = diagram(start("CS"), user("CU"), service("CW"), end("CE"), *path("CS", "CU", "CW", "CE"), process_id="child")
OUTCOMES = (
    lambda: JobResult({"done": True}),
    lambda: JobFailure(Problem(ErrorCode.JOB_FAILED, "not now"), retry=True),
    lambda: JobFailure(Problem(ErrorCode.JOB_FAILED, "never")),
    lambda: BpmnError("X", "caught", {"why": "bad"}),
    lambda: BpmnError("Y", "caught by nobody"),
)
REFUSED = frozenset(
    {ErrorCode.MSG_NOBODY, ErrorCode.RUN_STATE, ErrorCode.RUN_MOVE, ErrorCode.RUN_MIGRATION, ErrorCode.TASK_CLAIMED}
)


def handle(job: Job, services: Services) -> JobResult:
    outcome = random.Random(f"{job.idempotency_key} {job.attempt}").choices(OUTCOMES, (6, 2, 1, 1, 1))[0]()
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


class Play:
    """One engine, and what may be done to it, by name."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self.engine = engine
        self.draw = random.Random(seed)
        self.versions: dict[int, Mapping[str, str]] = {1: {}}
        self.begin()

    def begin(self) -> None:
        items: list[Value] = ["a", "b", "c"]
        number = self.draw.choice([None, Decimal(0), Decimal(1)])
        given: dict[str, Value] = {"trace": [], "items": items[: self.draw.randint(0, 3)], "q": number}
        self.engine.start_process("demo", given, ADA)

    def step(self) -> None:
        draw, engine = self.draw, self.engine
        found = [each.id for each in engine.instances(limit=1000) if each.status in ("active", "suspended")]
        if not found or draw.random() < 0.08:
            self.begin()
            return
        instance = draw.choice(found)
        tasks = engine.user_tasks(instance_id=instance, state="open", limit=50)
        incidents = [each for each in engine.incidents(instance_id=instance) if each.state == "open"]
        active = engine.instance(instance).active_elements
        key, number = draw.choice("abcn"), Decimal(draw.randint(0, 9))
        match draw.choice(STEP_NAMES):
            case "complete" if tasks:
                engine.complete_user_task(draw.choice(tasks).id, {"u": number}, ADA)
            case "claim" if tasks:
                draw.choice([engine.claim_task, engine.unclaim_task])(draw.choice(tasks).id, ADA)
            case "message":
                kept = timedelta(hours=draw.choice([0, 30]))
                engine.publish_message(draw.choice("mn"), key, {"p": number}, ADA, time_to_live=kept)
            case "signal":
                engine.broadcast_signal("sig", {}, ADA)
            case "advance":
                engine.advance_clock(engine.now() + timedelta(hours=draw.choice([1, 6, 30, 800])), ADA)
            case "suspend":
                engine.suspend_instance(instance, ADA, reason="a strike")
            case "resume":
                engine.resume_instance(instance, ADA, reason="it is over", credit_timers=draw.random() < 0.5)
            case "move" if active:
                engine.move_token(instance, draw.choice(active)[1], draw.choice(MOVE_TO), ADA, reason="it hangs")
            case "resolve" if incidents:
                given = draw.choice([{}, {"q": Decimal(1)}, {"z": Decimal(2)}])
                engine.resolve_incident(draw.choice(incidents).id, ADA, variables=given, reason="repaired")
            case "cancel" if draw.random() < 0.1:
                engine.cancel_instance(instance, ADA, reason="a mistake")
            case "deploy" if len(self.versions) < 5:
                self._deploy()
            case "migrate":
                version = draw.choice(list(self.versions))
                engine.migrate("demo", ADA, reason="a repair", version=version, mapping=self.versions[version])

    def _deploy(self) -> None:
        names = [name for name in RENAMED if self.draw.random() < 0.4]
        text = MAIN.decode()
        for name in names:
            text = re.sub(rf'(?<=["_]){name}(?=["_])', f"{name}x", text)
        self.engine.deploy_files({"demo.bpmn": text.encode(), "child.bpmn": CHILD}, ADA)
        if names:
            self.versions[len(self.versions) + 1] = {name: f"{name}x" for name in names}


STEP_NAMES = (
    *("complete", "message", "advance", "advance", "resolve") * 2,
    *("claim", "signal", "suspend", "resume", "resume", "move", "cancel", "deploy", "migrate"),
)


@pytest.mark.parametrize("kind", [inline, worker])
def test_store_is_what_its_log_gives_whatever_operators_do(
    open_store: Callable[..., Engine], kind: Callable[..., Any]
) -> None:
    refused: Counter[ErrorCode] = Counter()
    for seed in range(SEEDS):
        engine = open_store(name=f"{seed}.db", handlers={"work": kind(handle)})
        engine.deploy_files({"demo.bpmn": MAIN, "child.bpmn": CHILD}, ADA)
        play = Play(engine, seed)

        for number in range(STEPS):
            try:
                play.step()
            except EngineError as error:
                refused[error.code] += 1
            if number % 8 == 0:
                assert engine.verify().problems == (), f"seed {seed}, step {number}"

        assert engine.verify().problems == (), f"seed {seed}"
        engine.close()
    assert set(refused) <= REFUSED
