"""Migration: what maps goes on with its data and timers, what does not is left alone with the reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import EngineError, ErrorCode
from engine.handlers.contract import HandlerDefinition, JobResult
from engine.runtime import Engine, MigrationPlan
from tests.runtime.conftest import ADA, START, dump, inline, pending, worker
from tests.runtime.drawing import (
    boundary_timer,
    catch_message,
    catch_timer,
    diagram,
    element,
    end,
    event_gateway,
    exclusive,
    parallel,
    script,
    service,
    start,
    user_task,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Loose = Callable[..., Engine]


def draw(*parts: str, flows: str, messages: dict[str, str | None] | None = None) -> bytes:
    return diagram("p", start(), *parts, end(), flows=flows, messages=messages)


def inner(element_id: str, task: str) -> str:
    parts = start(f"{element_id}_In") + user_task(task) + end(f"{element_id}_Out")
    flows = (
        f'<bpmn:sequenceFlow id="{element_id}_1" sourceRef="{element_id}_In" targetRef="{task}"/>'
        f'<bpmn:sequenceFlow id="{element_id}_2" sourceRef="{task}" targetRef="{element_id}_Out"/>'
    )
    return element("subProcess", element_id, parts + flows)


def redeploy(engine: Engine, drawn: bytes) -> None:
    engine.deploy_files({"0.bpmn": drawn}, ADA)


def migrate(engine: Engine, **options: Any) -> MigrationPlan:
    """The plan, which must say what applying then does."""
    planned = engine.plan_migration("p", **options)
    applied = engine.migrate("p", ADA, reason="the rule was drawn wrongly", **options)
    assert applied == planned
    return applied


def complete(engine: Engine, element_id: str, **variables: Any) -> None:
    (task,) = engine.user_tasks(element_id=element_id)
    engine.complete_user_task(task.id, variables, ADA)


def active(engine: Engine) -> list[str]:
    return [element_id for view in engine.instances() for element_id, _ in view.active_elements]


ASK = draw(user_task("Ask"), flows="Start->Ask->End")


def test_waiting_instance_goes_on_in_the_new_version_with_its_variables(loose: Loose) -> None:
    engine = loose(ASK)
    before = engine.start_process("p", {"n": 1}, ADA)
    redeploy(engine, draw(user_task("Ask"), script("Count", "=n + 1", "n"), flows="Start->Ask->Count->End"))

    plan = migrate(engine)
    complete(engine, "Ask")

    (done,) = plan.instances
    assert (plan.to_version, done.from_version, done.problems) == (2, 1, ())
    assert [(each.element_id, each.to_element_id) for each in done.elements] == [("Ask", "Ask")]
    after = engine.instance(before.id)
    assert (after.status, after.variables["n"], after.diagram_hash) == ("completed", Decimal(2), plan.to_hash)
    (entry,) = [entry for entry in engine.timeline() if "migrated" in entry.what]
    assert entry.what == "Process migrated from version 1 to 2: the rule was drawn wrongly"
    assert entry.data["elements"] == [["Ask", f"{before.id}.2", "Ask"]]


def test_plan_changes_nothing(loose: Loose) -> None:
    engine = loose(ASK)
    engine.start_process("p", {}, ADA)
    redeploy(engine, draw(user_task("Ask"), boundary_timer("Late", "Ask", '="P1D"'), flows="Start->Ask->End;Late->End"))
    before = dump(engine)

    plan = engine.plan_migration("p")

    assert dump(engine) == before
    assert plan.instances[0].elements[0].remarks == ("the boundary event Late is added",)


def test_boundary_events_are_added_kept_with_their_due_instant_set_anew_and_removed(loose: Loose) -> None:
    # given
    engine = loose(
        draw(
            user_task("Ask"),
            boundary_timer("Kept", "Ask", '="P10D"'),
            boundary_timer("Changed", "Ask", '="P20D"'),
            boundary_timer("Gone", "Ask", '="P30D"', cancel=False),
            flows="Start->Ask->End;Kept->End;Changed->End;Gone->End",
        )
    )
    engine.start_process("p", {}, ADA)
    engine.advance_clock(START + DAY, ADA)
    redeploy(
        engine,
        draw(
            user_task("Ask"),
            boundary_timer("Kept", "Ask", '="P10D"'),
            boundary_timer("Changed", "Ask", '="P2D"'),
            boundary_timer("Added", "Ask", '="PT1H"', cancel=False),
            script("Remind", "=true", "reminded"),
            flows="Start->Ask->End;Kept->End;Changed->End;Added->Remind->End",
        ),
    )

    # when
    plan = migrate(engine)

    # then
    assert plan.instances[0].elements[0].remarks == (
        'the boundary event Changed waits anew: timer ="P2D"',
        "the boundary event Added is added",
        "the boundary event Gone is gone",
    )
    with engine._store.read() as snapshot:
        due = dict(snapshot.database.conn.execute("SELECT element_id, due FROM timer").fetchall())
    expected = {"Kept": 10 * DAY, "Changed": 3 * DAY, "Added": DAY + HOUR}
    assert due == {name: (START + wait).isoformat(timespec="microseconds") for name, wait in expected.items()}
    engine.advance_clock(START + 3 * DAY, ADA)
    (view,) = engine.instances()
    assert (view.status, view.variables["reminded"]) == ("completed", True)


def test_boundary_event_that_has_occurred_does_not_come_back(loose: Loose) -> None:
    def drawn(label: str) -> bytes:
        return draw(
            user_task("Ask"),
            boundary_timer("Once", "Ask", '="PT1H"', cancel=False),
            script("Count", "=if n = null then 1 else n + 1", "n"),
            element("task", "After", name=label),
            flows="Start->Ask->After->End;Once->Count->End",
        )

    engine = loose(drawn("first"))
    engine.start_process("p", {"n": 0}, ADA)
    engine.advance_clock(START + HOUR, ADA)
    redeploy(engine, drawn("second"))

    migrate(engine)
    engine.advance_clock(START + 9 * HOUR, ADA)

    assert engine.instances()[0].variables["n"] == Decimal(1)


def test_mapped_element_takes_its_job_task_timer_and_subscription_along(loose: Loose) -> None:
    # given
    def drawn(prefix: str) -> bytes:
        names = [f"{prefix}{kind}" for kind in ("Ask", "Fetch", "Hear", "Rest")]
        ask, fetch, hear, rest = names
        return draw(
            parallel("Fork"),
            user_task(ask),
            service(fetch, "far"),
            catch_message(hear, "news"),
            catch_timer(rest, '="P1D"', "timeDuration"),
            parallel("Join"),
            flows=";".join(f"Fork->{name}->Join" for name in names) + ";Start->Fork;Join->End",
            messages={"news": "=key"},
        )

    engine = loose(drawn("Old"), far=worker(lambda job, services: JobResult({"at": job.element_id})))
    instance_id = engine.start_process("p", {"key": "k"}, ADA).id
    redeploy(engine, drawn("New"))

    # when
    mapping = {f"Old{kind}": f"New{kind}" for kind in ("Ask", "Fetch", "Hear", "Rest")}
    plan = migrate(engine, mapping=mapping)

    # then
    assert sorted(each.to_element_id for each in plan.instances[0].elements) == [
        "NewAsk",
        "NewFetch",
        "NewHear",
        "NewRest",
    ]
    complete(engine, "NewAsk")
    engine.publish_message("news", "k", {}, ADA)
    engine.advance_clock(START + DAY, ADA)
    view = engine.instance(instance_id)
    assert (view.status, view.variables["at"]) == ("completed", "NewFetch")
    assert not any(pending(engine).values())


REFUSED: dict[str, tuple[bytes, bytes, str]] = {
    "an element that is gone": (ASK, draw(user_task("Enquire"), flows="Start->Enquire->End"), 'no element "Ask"'),
    "another type": (
        ASK,
        draw(service("Ask", "far"), flows="Start->Ask->End"),
        "is a userTask and would become a serviceTask done by a job",
    ),
    "another kind of event": (
        draw(catch_timer("Wait", '="P1D"', "timeDuration"), flows="Start->Wait->End"),
        draw(catch_message("Wait", "news"), flows="Start->Wait->End", messages={"news": '="k"'}),
        "is a intermediateCatchEvent (timer) and would become a intermediateCatchEvent (message)",
    ),
    "another scope": (
        draw(inner("Part", "Ask"), flows="Start->Part->End"),
        draw(inner("Part", "Else"), inner("Other", "Ask"), flows="Start->Part->Other->End"),
        "stands in the scope Part and would stand in Other",
    ),
    "a join without the way of its token": (
        draw(
            parallel("Fork"), script("A", "=1", "a"), user_task("B"), parallel("Join"),
            flows="Start->Fork->A->Join;Fork->B->Join->End",
        ),
        draw(
            parallel("Fork"), script("C", "=1", "a"), user_task("B"), parallel("Join"),
            flows="Start->Fork->C->Join;Fork->B->Join->End",
        ),
        "waits there with a token that came by Flow_A_Join",
    ),
    "a new event that cannot be armed": (
        ASK,
        draw(user_task("Ask"), boundary_timer("Late", "Ask", "=missing_variable"), flows="Start->Ask->End;Late->End"),
        "cannot wait as the new version says: expected a duration",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_instance_that_cannot_go_on_is_listed_with_the_reason_and_left_alone(loose: Loose, name: str) -> None:
    before, after, why = REFUSED[name]
    engine = loose(before, far=worker(lambda job, services: JobResult()))
    engine.start_process("p", {}, ADA)
    redeploy(engine, after)
    untouched = dump(engine)

    plan = migrate(engine)

    ((refused,), migrated) = plan.refused, plan.migrated
    assert migrated == ()
    assert {problem.code for problem in refused.problems} == {ErrorCode.RUN_MIGRATION}
    assert why in str(refused.problems[0])
    assert dump(engine) == untouched


def test_those_that_map_are_migrated_while_one_that_does_not_stays(loose: Loose) -> None:
    two_ways = draw(
        exclusive("Which", "Flow_Which_Ask"), user_task("Ask"), user_task("Look"),
        flows="Start->Which->Ask->End;Which->Look[=look];Look->End",
    )  # fmt: skip
    engine = loose(two_ways)
    ids = [engine.start_process("p", {"look": look}, ADA).id for look in (False, True, False)]
    redeploy(engine, ASK)

    plan = migrate(engine)

    assert [each.instance_id for each in plan.migrated] == [ids[0], ids[2]]
    assert [each.instance_id for each in plan.refused] == [ids[1]]
    assert engine.plan_migration("p").instances == plan.refused


def test_instance_goes_back_to_an_older_version_and_picked_ones_only(loose: Loose) -> None:
    engine = loose(ASK)
    first = engine.start_process("p", {}, ADA).id
    redeploy(engine, draw(user_task("Ask"), element("task", "More"), flows="Start->Ask->More->End"))
    second, third = (engine.start_process("p", {}, ADA).id for _ in range(2))

    plan = migrate(engine, version=1, instance_ids=[second])

    assert [each.instance_id for each in plan.migrated] == [second]
    hashes = [engine.instance(each).diagram_hash for each in (first, second, third)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_failed_element_is_repaired_by_a_new_version_and_a_retry(loose: Loose) -> None:
    engine = loose(
        draw(exclusive("Which"), element("task", "A"), element("task", "B"),
             flows="Start->Which;Which->A[=n > 1];Which->B[=n > 2];A->End;B->End")
    )  # fmt: skip
    instance_id = engine.start_process("p", {"n": 1}, ADA).id
    (incident,) = engine.incidents()
    redeploy(
        engine,
        draw(exclusive("Which", "Flow_Which_B"), element("task", "A"), element("task", "B"),
             flows="Start->Which;Which->A[=n > 1];Which->B;A->End;B->End"),
    )  # fmt: skip

    migrate(engine)
    engine.resolve_incident(incident.id, ADA)

    assert engine.instance(instance_id).status == "completed"


def test_event_based_gateway_waits_for_the_alternatives_of_the_new_version(loose: Loose) -> None:
    def drawn(message: str, wait: str) -> bytes:
        return draw(
            event_gateway("Race"), catch_message("Hear", message), catch_timer("Rest", f'="{wait}"', "timeDuration"),
            flows="Start->Race->Hear->End;Race->Rest->End", messages={message: "=key"},
        )  # fmt: skip

    engine = loose(drawn("news", "P1D"))
    instance_id = engine.start_process("p", {"key": "k"}, ADA).id
    redeploy(engine, drawn("letter", "P1D"))

    migrate(engine)

    with pytest.raises(EngineError):
        engine.publish_message("news", "k", {}, ADA)
    assert engine.next_due() == START + DAY
    engine.publish_message("letter", "k", {}, ADA)
    assert engine.instance(instance_id).status == "completed"
    assert not any(pending(engine).values())


def test_parallel_join_with_fewer_ways_goes_on_when_all_its_tokens_are_there(loose: Loose) -> None:
    engine = loose(
        draw(
            parallel("Fork"), script("A", "=1", "a"), user_task("B"), script("C", "=1", "c"), parallel("Join"),
            flows="Start->Fork->A->Join;Fork->B->Join->End;Fork->C->Join",
        )
    )  # fmt: skip
    instance_id = engine.start_process("p", {}, ADA).id
    redeploy(
        engine,
        draw(
            parallel("Fork"), script("A", "=1", "a"), user_task("B"), script("C", "=1", "c"), parallel("Join"),
            end("Aside"),
            flows="Start->Fork->A->Join->End;Fork->B->Aside;Fork->C->Join",
        ),
    )  # fmt: skip

    migrate(engine)
    assert active(engine) == ["B"]
    complete(engine, "B")

    assert engine.instance(instance_id).status == "completed"


def test_called_process_and_sub_process_go_on_where_they_are(loose: Loose) -> None:
    call = element(
        "callActivity",
        "Call",
        '<bpmn:extensionElements><zeebe:calledElement processId="called"/></bpmn:extensionElements>',
    )
    called = diagram("called", start(), user_task("Deep"), end(), flows="Start->Deep->End")
    parts = (parallel("Fork"), inner("Part", "Ask"), call, parallel("Join"))
    flows = "Start->Fork->Part->Join;Fork->Call->Join->{}End"
    engine = loose(draw(*parts, flows=flows.format("")), called)
    instance_id = engine.start_process("p", {}, ADA).id
    redeploy(engine, draw(*parts, script("More", "=1", "more"), flows=flows.format("More->")))

    plan = migrate(engine)
    complete(engine, "Deep")
    complete(engine, "Ask")

    assert [each.element_id for each in plan.instances[0].elements] == ["Part", "Call", "Ask"]
    view = engine.instance(instance_id)
    assert (view.status, view.variables["more"]) == ("completed", Decimal(1))


def test_suspended_instance_is_migrated_and_its_new_timer_waits_for_the_resume(loose: Loose) -> None:
    engine = loose(ASK)
    instance_id = engine.start_process("p", {}, ADA).id
    engine.suspend_instance(instance_id, ADA, reason="a new version comes")
    redeploy(engine, draw(user_task("Ask"), boundary_timer("Late", "Ask", '="P1D"'), flows="Start->Ask->End;Late->End"))

    plan = migrate(engine)
    still = engine.next_due()
    engine.resume_instance(instance_id, ADA, reason="it is here", credit_timers=True)

    assert (plan.instances[0].suspended, still, engine.next_due()) == (True, None, START + DAY)


@pytest.mark.parametrize(
    ("options", "code", "why"),
    [
        ({"version": 9}, ErrorCode.RUN_UNKNOWN_PROCESS, "has no version 9"),
        ({"mapping": {"Asc": "Ask"}}, ErrorCode.RUN_MIGRATION, 'Did you mean "Ask"?'),
        ({"mapping": {"Ask": "Enquier"}}, ErrorCode.RUN_MIGRATION, 'Did you mean "Enquire"?'),
        ({"mapping": {"Ask": "Enquire", "Start": "Enquire"}}, ErrorCode.RUN_MIGRATION, "are both mapped"),
        ({"instance_ids": ["instance-9"]}, ErrorCode.RUN_NOT_FOUND, "instance-9"),
        ({"instance_ids": ["instance-2"]}, ErrorCode.RUN_STATE, "is terminated"),
    ],
)
def test_plan_that_asks_for_what_is_not_there_is_refused(
    loose: Loose, options: dict[str, Any], code: ErrorCode, why: str
) -> None:
    engine = loose(ASK)
    for _ in range(2):
        engine.start_process("p", {}, ADA)
    engine.cancel_instance("instance-2", ADA, reason="withdrawn")
    redeploy(engine, draw(user_task("Enquire"), flows="Start->Enquire->End"))

    for call in (engine.plan_migration, lambda *a, **o: engine.migrate(*a, ADA, reason="try", **o)):
        with pytest.raises(EngineError) as caught:
            call("p", **options)
        assert caught.value.code is code
        assert why in str(caught.value)


def test_migration_that_meets_a_bug_changes_no_instance(loose: Loose, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = loose(ASK)
    for _ in range(3):
        engine.start_process("p", {}, ADA)
    redeploy(engine, draw(user_task("Ask"), element("task", "More"), flows="Start->Ask->More->End"))
    before = dump(engine)
    calls: list[str] = []

    def set_hash(self: object, instance_id: str, file_hash: str) -> None:
        calls.append(instance_id)
        if len(calls) == 3:
            raise ZeroDivisionError

    monkeypatch.setattr("engine.store.instances.Instances.set_hash", set_hash)
    with pytest.raises(ZeroDivisionError):
        engine.migrate("p", ADA, reason="try")

    assert dump(engine) == before


def test_definition_of_inline_work_is_that_of_the_new_version(loose: Loose) -> None:
    ran: list[str] = []

    def near(job: Any, services: Any) -> JobResult:
        ran.append(job.headers["say"])
        return JobResult()

    def drawn(word: str) -> bytes:
        return draw(user_task("Ask"), service("Say", "near", {"say": word}), flows="Start->Ask->Say->End")

    handler: HandlerDefinition = inline(near, "say")
    engine = loose(drawn("old"), near=handler)
    engine.start_process("p", {}, ADA)
    redeploy(engine, drawn("new"))

    migrate(engine)
    complete(engine, "Ask")

    assert ran == ["new"]
