"""The adapter for the conformance runner speaks its protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import EngineError, ErrorCode
from tests.bpmn.diagrams import (
    boundary,
    catch,
    diagram,
    end,
    error,
    gateway,
    mark,
    message,
    path,
    process,
    service,
    signal,
    start,
    timer,
    user,
)
from tools.bpmn_adapter import answer
from tools.bpmn_host import Host


@pytest.fixture
def ask(tmp_path: Path) -> Any:
    hosts = [Host()]

    def send(op: str, *, data: bytes | None = None, **request: Any) -> dict[str, Any]:
        if data is not None:
            (tmp_path / "demo.bpmn").write_bytes(data)
            request["files"] = [str(tmp_path / "demo.bpmn")]
        hosts[0], reply = answer(hosts[0], {"op": op, **request})
        return reply

    return send


WORK = diagram(
    start(),
    service("Work"),
    boundary("Edge", "Work", error("E1")),
    mark("Handled"),
    catch("Answer", message("answer")),
    catch("Wait", timer(duration="PT1H")),
    end(),
    *path("Start", "Work", "Answer", "Wait", "End"),
    *path("Edge", "Handled", "End"),
    messages={"answer": '="key-1"'},
    errors=["E1"],
)


def test_adapter_runs_a_process_by_jobs_messages_and_the_clock(ask: Any) -> None:
    assert ask("deploy", data=WORK) == {"ok": True}
    instance = ask("start", process="demo", variables={"trace": []})["instance"]
    ask("job", element="Work", action="complete", variables={"done": True})
    ask("message", name="answer", key="other", variables={})
    assert ask("state", instance=instance)["active"] == ["Answer"]
    ask("message", name="answer", key="key-1", variables={})
    ask("advance", by="PT59M")
    assert ask("state", instance=instance)["state"] == "active"
    ask("advance", by="PT1M")

    state = ask("state", instance=instance)
    assert (state["state"], state["variables"]) == ("completed", {"trace": [], "done": True})


def test_adapter_throws_errors_and_reports_failed_jobs_as_incidents(ask: Any) -> None:
    ask("deploy", data=WORK)
    first = ask("start", process="demo", variables={"trace": []})["instance"]
    ask("job", element="Work", action="error", code="E1")
    second = ask("start", process="demo", variables={"trace": []})["instance"]
    ask("job", element="Work", action="fail")

    assert ask("state", instance=first)["variables"] == {"trace": ["Handled"]}
    assert [incident["element"] for incident in ask("state", instance=second)["incidents"]] == ["Work"]


def test_adapter_names_the_element_that_it_refuses(ask: Any) -> None:
    refused = ask("deploy", data=diagram(start(), end(), *path("Start", "Gone")))["refused"]

    assert {row["element"] for row in refused} >= {"Flow_Start_Gone"}


def test_adapter_refuses_a_job_that_is_not_open(ask: Any) -> None:
    ask("deploy", data=WORK)

    with pytest.raises(EngineError) as refused:
        ask("job", element="Work", action="complete")

    assert refused.value.code == ErrorCode.JOB_NOT_FOUND


CYCLE = timer(cycle="R2/PT5M")
BESIDE = process("beside", start("Rings", CYCLE), service("Marker"), end("Rung"), *path("Rings", "Marker", "Rung"))


def test_adapter_starts_processes_by_their_timers_as_often_as_they_say(ask: Any) -> None:
    ask("deploy", data=diagram(start(), user("Ask"), end(), *path("Start", "Ask", "End"), more=BESIDE))
    rung = []

    for span in ("PT4M", "PT1M", "PT5M", "PT50M"):
        ask("advance", by=span)
        try:
            ask("job", element="Marker", action="complete")
            rung.append(span)
        except EngineError as error:
            assert error.code == ErrorCode.JOB_NOT_FOUND

    assert rung == ["PT1M", "PT5M"]


def test_adapter_completes_user_tasks_as_jobs(ask: Any) -> None:
    ask("deploy", data=diagram(start(), user("Ask"), end(), *path("Start", "Ask", "End")))
    instance = ask("start", process="demo", variables={})["instance"]

    ask("job", element="Ask", action="complete", variables={"said": "yes"})

    assert ask("state", instance=instance)["variables"] == {"said": "yes"}


def test_adapter_forgets_the_incident_of_an_element_that_was_interrupted(ask: Any) -> None:
    late = (boundary("Late", "Work", timer(duration="PT1H")), end("Over"), *path("Late", "Over"))
    ask("deploy", data=diagram(start(), service("Work"), end(), *path("Start", "Work", "End"), *late))
    instance = ask("start", process="demo", variables={})["instance"]
    ask("job", element="Work", action="fail")
    assert ask("state", instance=instance)["state"] == "incident"

    ask("advance", by="PT1H")

    assert (ask("state", instance=instance)["state"], ask("state", instance=instance)["incidents"]) == ("completed", [])


def test_adapter_fires_a_date_that_has_passed_at_once(ask: Any) -> None:
    waiting = (start(), catch("Wait", timer(date="2020-01-01T00:00:00Z")), mark("Gone"), end())
    ask("deploy", data=diagram(*waiting, *path("Start", "Wait", "Gone", "End")))

    instance = ask("start", process="demo", variables={"trace": []})["instance"]

    assert ask("state", instance=instance)["variables"] == {"trace": ["Gone"]}


def test_adapter_has_no_open_job_where_one_has_failed(ask: Any) -> None:
    ask("deploy", data=WORK)
    ask("start", process="demo", variables={"trace": []})
    ask("job", element="Work", action="fail")

    with pytest.raises(EngineError) as refused:
        ask("job", element="Work", action="complete")

    assert refused.value.code == ErrorCode.JOB_NOT_FOUND


@pytest.mark.parametrize(("kind", "event"), [("message", message("go")), ("signal", signal("go"))])
def test_adapter_gives_an_instance_what_started_it_only_once(ask: Any, kind: str, event: str) -> None:
    begun = (start("Begun", event), gateway("parallel", "Both"), service("Marker"), end("Done"))
    again = (catch("Again", event), service("Twice"), end("Over"))
    flows = (*path("Begun", "Both", "Marker", "Done"), *path("Both", "Again", "Twice", "Over"))
    beside = process("beside", *begun, *again, *flows)
    asked = (start(), user("Ask"), end(), *path("Start", "Ask", "End"))
    ask("deploy", data=diagram(*asked, more=beside, messages={"go": '="k"'}, signals=["go"]))

    ask(kind, name="go", key="k")

    ask("job", element="Marker", action="complete")
    with pytest.raises(EngineError) as refused:
        ask("job", element="Twice", action="complete")
    assert refused.value.code == ErrorCode.JOB_NOT_FOUND
